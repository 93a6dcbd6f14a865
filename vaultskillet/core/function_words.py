"""Words that say nothing of what a text is about: articles, pronouns, what one asks with."""

from __future__ import annotations

from typing import Final

from vaultskillet.core.filters.literals import words

FUNCTION_WORDS: Final = words(
    # English
    "an and any are as at be been but by can could did do does each every for from had has have"
    " he her him his how if in into is it its just like long many may me might more most much my"
    " no not of on one or our out over she should so some such than that the their them then"
    " there these they this those through to up us was we were what when where whether which"
    " while who whom whose why will with would you your about according between don isn doesn"
    # German
    " aber als am an auch auf aus bei bis das dass dem denn der des die dies diese dieser"
    " doch du ein eine einem einen einer eines er es euch für haben hier ich ihr ihre im ist"
    " ja kann kein keine mein mit nach nicht noch nur ob oder ohne sein sich sie sind so soll"
    " sollte über um und uns unter vom von vor wann warum was weil welche welcher welches wenn wer"
    " werden wie wieso wir wird wo woher wohin wozu zu zum zur zwischen"
    # French
    " au aux avec ce ces cette comment dans de des du elle elles en est et eux faire fait faut il"
    " ils je la le les leur lui ma mais mes mon ne nos notre nous on ont ou où par pas pour"
    " pourquoi qu quand que quel quelle quelles quels qui quoi sa sans ses sont sur ta te tu"
    " un une vous"
    # Spanish, Portuguese, Italian
    " al cómo con cual cuál cuando cuándo cuánto de del donde dónde el ella ellos en entre es ese"
    " esta está este esto la las lo los me mi muy no nos para pero por porque qué que quién se ser"
    " sobre su sus te tu un una uno unos ya yo como da das do em foi mais mas na nas"
    " não nem no nós onde os ou para pela pelo qual quais quando quanto quem seu sua são também"
    " têm um uma você che chi ci come cosa cui dai dal dalla degli dei del della delle di dove è"
    " fra gli ha ho il in io ma nel nella non per perché più quale quali quando quanto questa"
    " questo se si sono sta su sul sulla tra un una"
    # Dutch, Swedish, Danish, Polish
    " aan dat de die dit een en er heb heeft het hij hoe ik is maar met naar niet of om ook op"
    " over te uit van voor waar waarom wanneer wat we welke wie wij ze zijn zo att av blir det"
    " du där efter ett från för hur här hvad hvem hvordan hvorfor inte jag med men när och om"
    " på som till vad varför vem vi ad af at de der er et ikke jeg og sig czy dla do gdzie jak jest"
    " kiedy kto nie od po są się to tym za że"
    # Russian
    " без был быть вы где для до его ее если есть за из или их как когда кто ли мне мы на не но о"
    " об он она они от по почему при с со так то ты у чем что чтобы это я"
    # What one asks for in so many words
    " answer compare describe explain find give list mean means note please say says show"
    " summarise summarize summary tell text write"
)

REFERRING: Final = words(
    "also and because but he however his instead it its or otherwise she so such that then these"
    " they this those thus aber auch da dadurch dann das deshalb dies diese dieser doch er es sie"
    " sonst und also cela celui cette donc elle elles et il ils mais ainsi así él ella ello esa"
    " eso esta esto pero por tanto y mas isso ele ela isto então anche che ciò così essa esso ma"
    " perciò però questa questo quindi dat dus en hij maar ook toen zij ze det därför men och"
)
"""A sentence that begins with one of these leans on the sentence before it."""
