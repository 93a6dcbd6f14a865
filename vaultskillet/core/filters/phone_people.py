"""Family, trades and titles: before a number they say whose phone it most likely is."""

from __future__ import annotations

import re

from vaultskillet.core.filters.literals import fold

# Where a language is spoken -> its words for people whose numbers are noted down.
_WORDS = {
    ("US", "GB", "CA", "AU", "IE", "NZ", "ZA", "IN"): (
        "neighbour neighbor plumber electrician dentist doctor vet mum mom dad grandma grandpa"
        " granny nana brother sister uncle aunt auntie cousin landlord landlady babysitter sitter"
        " nanny cleaner gardener mechanic hairdresser barber florist locksmith physio therapist"
        " tutor coach lawyer accountant taxi cab pharmacy handyman carpenter roofer caretaker"
        " janitor driver flatmate roommate midwife mr mrs ms miss dr builder sparky chippy"
        " solicitor surgery clinic hospital nursery kindergarten garage gran grandad nan painter"
        " plasterer tiler farrier vicar maid watchman amma"
        " beekeeper glazier joiner blacksmith shepherd thatcher arborist luthier gasman stonemason"
    ),
    ("DE", "AT", "CH"): (
        "nachbar nachbarin klempner elektriker zahnarzt zahnärztin arzt ärztin hausarzt"
        " hausärztin tierarzt mama papa mutti vati oma opa bruder schwester onkel tante vermieter"
        " vermieterin hausmeister babysitter putzfrau gärtner friseur friseurin werkstatt"
        " schlüsseldienst physio anwalt steuerberater taxi apotheke hebamme handwerker maler"
        " dachdecker installateur schornsteinfeger frau herr dr steuerberaterin schreiner tischler"
        " zimmermann fliesenleger heizungsbauer sanitär hauswart rauchfangkehrer kaminfeger"
        " hausverwaltung kita praxis krankenhaus tagesmutter makler pfarrer schwiegermutter mami"
        " grosi"
        " imker glaser förster hufschmied elektrikerin bestatter schmied tischlerin kaminkehrer"
    ),
    ("FR", "BE", "CH", "CA"): (
        "voisin voisine plombier électricien dentiste médecin docteur véto vétérinaire maman papa"
        " mamie papi frère soeur sœur oncle tante propriétaire gardien concierge nounou jardinier"
        " coiffeur coiffeuse garagiste serrurier kiné avocat comptable pharmacie mme monsieur"
        " madame chauffagiste couvreur ramoneur menuisier notaire mairie crèche syndic maçon"
        " infirmière carreleur"
        " apiculteur luthier ferronnier élagueur vitrier taxi ébéniste plâtrier"
    ),
    ("ES", "MX", "AR", "CO", "CL", "PE"): (
        "vecino vecina fontanero plomero electricista dentista médico doctora veterinario mamá"
        " papá abuela abuelo hermano hermana tío tía casero canguro jardinero peluquera peluquero"
        " taller cerrajero fisio abogado gestor farmacia portero señora sra albañil carpintero"
        " pintor gestoría cerrajera guardería clínica ayuntamiento notaría yaya suegra"
        " herrero apicultor cristalero deshollinador taxista jardinera primo prima"
    ),
    ("IT", "CH"): (
        "vicino vicina idraulico elettricista dentista medico dottore dottoressa veterinario"
        " mamma papà nonna nonno fratello sorella zio zia babysitter giardiniere parrucchiere"
        " parrucchiera meccanico fabbro avvocato commercialista farmacia portiere signora muratore"
        " falegname imbianchino amministratore notaio asilo ospedale spazzacamino tata suocera"
        " cugina cugino vetraio elettrauto gommista caldaista apicoltore tassista"
    ),
    ("BR", "PT"): (
        "vizinho vizinha encanador canalizador eletricista dentista médico médica veterinário mãe"
        " pai avó avô irmão irmã tio tia senhorio babá jardineiro cabeleireiro mecânico chaveiro"
        " advogado contador farmácia porteiro dona pedreiro dono motorista síndico marceneiro"
        " pintor ama serralheiro carpinteiro sogra"
        " vidraceiro apicultor taxista calceteiro prima primo"
    ),
    ("NL", "BE"): (
        "buurman buurvrouw loodgieter elektricien tandarts huisarts dokter dierenarts mama papa"
        " oma opa broer zus oom tante huisbaas oppas tuinman kapper slotenmaker fysio advocaat"
        " boekhouder apotheek mevrouw timmerman schilder dakdekker notaris crèche garage"
        " ziekenhuis schoorsteenveger verhuurder schoonmoeder"
        " stukadoor glaszetter imker hovenier smid neef"
    ),
    ("PL",): (
        "sąsiad sąsiadka hydraulik elektryk dentysta lekarz weterynarz mama tata babcia dziadek"
        " brat siostra wujek ciocia niania ogrodnik fryzjer mechanik ślusarz prawnik księgowa"
        " apteka pani dekarz właściciel właścicielka kominiarz malarz stolarz dozorca przedszkole"
        " szpital notariusz teściowa"
        " pszczelarz zdun szklarz taksówkarz kuzyn kuzynka"
    ),
    ("CZ", "SK"): (
        "soused sousedka instalatér elektrikář zubař doktor veterinář máma táta babička děda"
        " bratr sestra strýc teta kadeřnice mechanik zámečník právník účetní lékárna kominík paní"
        " pokrývač chůva pronajímatel automechanik malíř truhlář domovník školka nemocnice notář"
        " tchyně"
        " zahradník sklenář topenář klempíř taxikář včelař švagr"
    ),
    ("SE", "FI"): (
        "granne rörmokare elektriker tandläkare läkare veterinär mamma pappa mormor farmor morfar"
        " farfar bror syster farbror moster faster hyresvärd barnvakt frisör låssmed snickare"
        " trädgårdsmästare plåtslagare glasmästare biodlare"
        " verkstad sotare målare takläggare dagis sjukhus vårdcentral mäklare svärmor vaktmästare"
    ),
    ("NO", "DK"): (
        "nabo rørlegger elektriker tannlege lege dyrlege mamma pappa mormor farmor bestemor bror"
        " søster onkel tante utleier vaktmester barnevakt frisør vvs tandlæge læge vicevært"
        " snekker fastlege huseier låsesmed verksted feier maler tømrer mor barnepige udlejer"
        " gartner smed blikkenslager glarmester"
        " værksted skorstensfejer svigermor barnehage legevakt"
    ),
    ("FI",): (
        "naapuri putkimies sähkömies hammaslääkäri lääkäri äiti isä mummo mummi vaari veli sisko"
        " huoltomies timpuri lastenvahti vuokraisäntä lukkoseppä korjaamo nuohooja maalari"
        " päiväkoti isännöitsijä anoppi"
        " puutarhuri lasittaja taksi mehiläishoitaja"
    ),
    ("HU",): (
        "szomszéd vízszerelő villanyszerelő fogorvos orvos állatorvos anya apa nagymama nagyi"
        " bácsi néni fodrász szerelő tetőfedő bébiszitter főbérlő lakatos autószerelő kéményseprő"
        " festő asztalos házmester háziorvos óvoda"
        " kertész üveges kályhás méhész"
    ),
    ("RO",): (
        "vecin vecina instalator electrician doctor mama tata bunica bunicul frate sora dentist"
        " veterinar bonă proprietar mecanic zugrav tâmplar lăcătuș soacra"
    ),
    ("TR",): (
        "komşu tesisatçı elektrikçi dişçi doktor veteriner anne baba anneanne babaanne dede abi"
        " abla amca teyze hala dayı kapıcı usta çatıcı annem babam bakıcı çilingir tamirci boyacı"
        " marangoz ablam"
    ),
    ("RU", "UA", "KZ", "BY"): (
        "сосед соседка сантехник электрик стоматолог врач доктор ветеринар мама папа бабушка"
        " дедушка брат сестра дядя тётя тетя хозяин хозяйка няня мастер такси кровельщик слесарь"
        " автосервис маляр плотник консьерж водитель бабуся лікар сусід сусідка столяр водій"
        " садовник печник стекольщик пасечник"
        " господар електрик сантехнік тёща садик"
    ),
    ("GR",): (
        "υδραυλικός ηλεκτρολόγος γιατρός οδοντίατρος μαμά μπαμπάς γιαγιά παππούς μάστορας"
        " κτηνίατρος νταντά ιδιοκτήτης γείτονας γειτόνισσα κλειδαράς συνεργείο ελαιοχρωματιστής"
        " ξυλουργός διαχειριστής πεθερά λογιστής"
    ),
    ("IL",): "אמא אבא סבתא סבא שכן שכנה אינסטלטור חשמלאי רופא וטרינר מנעולן גנן",
    ("EG", "SA", "AE"): (
        "أمي أبي أخي أختي الجار السباك الطبيب سباك كهربائي دكتور نجار سائق جدتي ماما"
    ),
    ("ID", "MY"): "ibu bapak pak tukang dokter sopir montir tetangga nenek",
    ("HR", "RS", "BA", "SI"): (
        "vodoinstalater električar mama baka deda zubar doktor liječnik veterinar stanodavac"
        " susjed susjeda majstor dimnjačar stolar vrtić"
    ),
    ("EE",): "torumees elektrik hambaarst naaber ema vanaema",
    ("LT",): "santechnikas elektrikas odontologas kaimynas mama močiutė",
}
_REGIONS_OF: dict[str, tuple[str, ...]] = {}
for _regions, _words in _WORDS.items():
    for _word in _words.split():
        _REGIONS_OF[_word] = (*_REGIONS_OF.get(_word, ()), *_regions)

_WORD = re.compile(r"[^\W\d_]+")
# Words may stand in their definite form, where that is an ending: "rörmokaren".
_NEAR_CHARS = 36
_NEAR_WORDS = 3


def regions_of_person(before: str) -> tuple[str, ...]:
    """Give where the number of somebody is from who is spoken of right before it, else nothing."""
    for word in _WORD.findall(fold(before[-_NEAR_CHARS:]))[-_NEAR_WORDS:]:
        for form in (word, word.removesuffix("n"), word.removesuffix("en")):
            if form in _REGIONS_OF:
                return _REGIONS_OF[form]
    return ()
