"""The shapes by which providers' secrets are known, from their public documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Sieve, occurrences

_SHAPES = {
    "1Password": (
        "A3- ops_eyJ",
        (
            r"ops_eyJ[A-Za-z0-9_+/=-]{40,}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}"
            r"|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"
        ),
    ),
    "Adafruit": ("aio_", r"aio_[A-Za-z0-9]{28}"),
    "age": ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    "Airtable": ("pat", r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    "Alibaba": ("LTAI", r"LTAI[A-Za-z0-9]{12,26}"),
    "Amazon MWS": ("amzn.mws.", r"amzn\.mws\.[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}"),
    "Anthropic": ("sk-ant-", r"sk-ant-[A-Za-z0-9_-]{16,}"),
    "Apify": ("apify_api_", r"apify_api_[A-Za-z0-9]{30,}"),
    "Artifactory": ("AKCp cmVmdGtu", r"AKCp[A-Za-z0-9]{60,}|cmVmdGtu[A-Za-z0-9]{50,}"),
    "Atlassian": ("ATATT3x ATBB ATCTT3x", r"AT(?:ATT3x|BB|CTT3x)[A-Za-z0-9_=-]{20,}"),
    "AWS": (
        "ABIA ABSK ACCA AKIA ASIA",
        (
            r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"
            r"(?:[^A-Za-z0-9\n]{1,12}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))?"
            r"|ABSK[A-Za-z0-9+/]{100,}={0,2}"
        ),
    ),
    "Axiom": ("xaat- xapt-", r"xa[ap]t-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}"),
    "Backblaze": ("K00", r"K00\d[A-Za-z0-9+/]{27}"),
    "Bitcoin": ("tprv xprv yprv zprv", r"[txyz]prv[1-9A-HJ-NP-Za-km-z]{107}"),
    "Browserbase": ("bb_live_", r"bb_live_[A-Za-z0-9_-]{20,}"),
    "Buildkite": ("bkaj_ bkat_ bkct_ bkua_", r"bk(?:ua|at|aj|ct)_[A-Za-z0-9]{32,}"),
    "Cal.com": ("cal_live_", r"cal_live_[a-f0-9]{32}"),
    "Cerebras": ("csk-", r"csk-[a-z0-9]{48}"),
    "CircleCI": ("CCIPAT_ CCIPRJ_", r"CCI(?:PAT|PRJ)_[A-Za-z0-9]{20,40}_[a-f0-9]{40}"),
    "ClickUp, Klaviyo": ("pk_", r"pk_(?:\d{5,9}_[A-Z0-9]{32}|[a-f0-9]{34})"),
    "Clojars": ("CLOJARS_", r"CLOJARS_[a-z0-9]{60}"),
    "Cloudflare": ("v1.0-", r"v1\.0-[a-f0-9]{24}-[a-f0-9]{100,}"),
    "Cloudflare Tunnel": ("eyJhIjoi", r"eyJhIjoi[A-Za-z0-9+/_-]{100,}={0,2}"),
    "CockroachDB": ("CCDB1_", r"CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}"),
    "Contentful": ("CFPAT-", r"CFPAT-[A-Za-z0-9_-]{40,}"),
    "crates.io": ("cio", r"cio[A-Za-z0-9]{32}"),
    "Databricks": ("dapi dose", r"dapi[a-f0-9]{32}(?:-\d)?|dose[a-f0-9]{32}"),
    "dbt": ("dbtc_ dbtu_", r"dbt[cu]_[A-Za-z0-9_-]{32,}"),
    "Deno": ("ddo_ ddp_ ddw_", r"dd[opw]_[A-Za-z0-9]{36}"),
    "DigitalOcean": ("doo_v1_ dop_v1_ dor_v1_", r"do[opr]_v1_[a-f0-9]{32,64}"),
    "Discord": ("mfa.", r"mfa\.[A-Za-z0-9_-]{40,}"),
    "Docker": ("dckr_oat_ dckr_pat_", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}"),
    "Docker Swarm": ("SWMTKN-1-", r"SWMTKN-1-[a-z0-9]{40,60}-[a-z0-9]{20,30}"),
    "Doppler": (
        "dp.audit. dp.ct. dp.pt. dp.sa. dp.scim. dp.st.",
        r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}",
    ),
    "Dropbox": ("sl.", r"sl\.(?:u\.)?[A-Za-z0-9_-]{60,}"),
    "Duffel": ("duffel_live_ duffel_test_", r"duffel_(?:test|live)_[A-Za-z0-9_=-]{40,}"),
    "Dynatrace": ("dt0c dt0s", r"dt0[cs]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    "E2B": ("e2b_", r"e2b_[a-f0-9]{40}"),
    "EasyPost": ("EZAK EZTK", r"EZ[AT]K[A-Za-z0-9]{54}"),
    "ElevenLabs, Checkout.com": (
        "sk_",
        r"sk_(?:[a-f0-9]{48}|(?:sbox_)?(?=[a-z]{0,20}\d)[a-z0-9]{26,31}(?!\w))",
    ),
    "Facebook": ("EAA", r"EAA[A-Za-z0-9]{60,}"),
    "Fernet": ("gAAAAA", r"gAAAAA[A-Za-z0-9_-]{80,}={0,2}"),
    "Figma": ("figd_ figdr_ figu_ figur_", r"fig[du]r?_[A-Za-z0-9_-]{36,}"),
    "Firecrawl": ("fc-", r"fc-[a-f0-9]{32}"),
    "Fireworks": ("fw_", r"fw_[A-Za-z0-9]{20,}"),
    "Flutterwave": (
        "FLWSECK- FLWSECK_LIVE- FLWSECK_TEST-",
        r"FLWSECK(?:_TEST|_LIVE)?-[a-zA-Z0-9]{12,}(?:-X)?",
    ),
    "Fly.io": (
        "FlyV1 fm1_ fm1a_ fm1r_ fm2_ fm2a_ fm2r_ fo1_",
        r"fo1_[A-Za-z0-9_-]{40,}|(?:FlyV1 )?fm[12][ar]?_[A-Za-z0-9+/_=-]{80,}",
    ),
    "Frame.io": ("fio-u-", r"fio-u-[A-Za-z0-9_=-]{60,}"),
    "GitHub": (
        "gho_ ghp_ ghr_ ghs_ ghu_ github_pat_",
        r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}",
    ),
    "GitLab": (
        (
            "GR1348941 glagent- glcbt- gldt- glffct- glft- glimt- gloas- glpat- glptt- glrt-"
            " glrtr- glsoat- glwt-"
        ),
        (
            r"gl(?:pat|dt|rt|rtr|ptt|ft|cbt|oas|soat|imt|agent|ffct|wt)-[A-Za-z0-9_.-]{20,}"
            r"|GR1348941[A-Za-z0-9_-]{20}"
        ),
    ),
    "Google": (
        "1//0 AIza AQ.Ab GOCSPX- ya29.",
        (
            r"AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{24,}|ya29\.[A-Za-z0-9_.-]{30,}"
            r"|1//0[A-Za-z0-9_-]{30,}|AQ\.Ab[A-Za-z0-9_-]{40,}"
        ),
    ),
    "Google Calendar": ("private-", r"private-[a-f0-9]{32}(?=/)"),
    "Grafana": (
        "eyJrIjoi glc_ glsa_",
        r"gl(?:sa|c)_[A-Za-z0-9_+/=]{32,}|eyJrIjoi[A-Za-z0-9+/=]{50,}",
    ),
    "Groq": ("gsk_", r"gsk_[A-Za-z0-9]{40,}"),
    "Harness": ("pat. sat.", r"(?:pat|sat)\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),
    "HashiCorp": ("hvb. hvr. hvs.", r"hv[sbr]\.[A-Za-z0-9_-]{20,}"),
    "Heroku": ("HRKU-", r"HRKU-[A-Za-z0-9_-]{30,}"),
    "Honeycomb": ("hcaik_ hcbik_ hcxik_", r"hc[abx]ik_[A-Za-z0-9]{50,}"),
    "HubSpot": (
        "pat-ap pat-eu pat-na",
        r"pat-(?:na|eu|ap)\d-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}",
    ),
    "Hugging Face": ("api_org_ hf_", r"hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z0-9]{30,}"),
    "Infracost": ("ico-", r"ico-[A-Za-z0-9]{32}"),
    "Intercom": ("dG9rO", r"dG9rO[A-Za-z0-9+/]{50,}={0,2}"),
    "Intra42": ("s-s4t2af- s-s4t2ud-", r"s-s4t2(?:ud|af)-[a-f0-9]{64}"),
    "JetBrains": ("perm-", r"perm-[A-Za-z0-9+/=]{6,}\.[A-Za-z0-9+/=]{4,}\.[A-Za-z0-9]{20,}"),
    "Jina": ("jina_", r"jina_[A-Za-z0-9_-]{40,}"),
    "JWT": (
        "eyJ",
        (
            r"eyJ[A-Za-z0-9_-]{8,4000}+\.(?:eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]{8,})?"
            r"|[A-Za-z0-9_-]{0,999}+(?:\.[A-Za-z0-9_-]{8,}+){3})"
        ),
    ),
    "LangSmith": ("lsv2_pt_ lsv2_sk_", r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    "LaunchDarkly": (
        "api- mob- sdk-",
        r"(?:sdk|mob|api)-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}",
    ),
    "Lichess": ("lip_", r"lip_[A-Za-z0-9]{20}"),
    "Linear": ("lin_api_ lin_oauth_", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,64}"),
    "Lob, Mollie, GoCardless": (
        "live_ test_",
        (
            r"(?<!_)(?:live|test)_(?:[a-f0-9]{35}|(?=(?:[A-Za-z]{0,28}\d){2})[A-Za-z0-9]{30}(?!\w)"
            r"|(?=[A-Za-z_-]{0,38}\d)[A-Za-z0-9_-]{40}(?![\w-]))"
        ),
    ),
    "Logfire": ("pylf_v", r"pylf_v\d_[a-z]{2}_[A-Za-z0-9]{40,}"),
    "MailerSend": ("mlsn.", r"mlsn\.[a-f0-9]{64}"),
    "Mailgun": ("key- pubkey-", r"(?:pub)?key-[a-z0-9]{32}"),
    "Mapbox": ("sk.eyJ tk.eyJ", r"[st]k\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{16,}"),
    "Matrix": ("syt_", r"syt_[A-Za-z0-9+/=]{2,80}_[A-Za-z]{20}_[A-Za-z0-9]{6}"),
    "Mem0": ("m0-", r"m0-[A-Za-z0-9]{40}"),
    "Neon": ("napi_", r"napi_[A-Za-z0-9]{40,}"),
    "Netlify": ("nfb_ nfc_ nfo_ nfp_ nfu_", r"nf[pcoub]_[A-Za-z0-9]{36,}"),
    "New Relic": (
        "NRAA- NRAK- NRII- NRJS- NRRA- NRSP-",
        r"NR(?:AK|II|RA|AA|JS|SP)-[A-Za-z0-9_-]{18,}",
    ),
    "Nostr": ("nsec1", r"nsec1[ac-hj-np-z02-9]{58}"),
    "Notion": ("ntn_ secret_", r"ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}"),
    "npm": ("npm_", r"npm_[A-Za-z0-9]{30,}"),
    "ntfy": ("tk_", r"tk_[a-z0-9]{29}"),
    "NuGet": ("oy2", r"oy2[a-z0-9]{43}"),
    "NVIDIA": ("nvapi-", r"nvapi-[A-Za-z0-9_-]{50,}"),
    "Nylas": ("nyk_v0_", r"nyk_v0_[A-Za-z0-9]{40,}"),
    "Okta": ("SSWS00 SSWS_00", r"SSWS_?00[A-Za-z0-9_-]{40}"),
    "OpenAI and alike": (
        "sess- sk-",
        (
            r"sk-(?:proj-|svcacct-|admin-|or-v1-|None-|live-|test-|lf-"
            r"|[a-z]{2,10}-)?(?=[A-Za-z_-]{0,90}[0-9])[A-Za-z0-9_-]{20,}|sess-[A-Za-z0-9]{40}"
        ),
    ),
    "OpenShift": ("sha256~", r"sha256~[A-Za-z0-9_-]{43}"),
    "Paddle": ("pdl_live_apikey_ pdl_sdbx_apikey_", r"pdl_(?:live|sdbx)_apikey_[A-Za-z0-9_]{30,}"),
    "Perplexity": ("pplx-", r"pplx-[A-Za-z0-9]{32,}"),
    "Pinecone": ("pcsk_", r"pcsk_[A-Za-z0-9_]{40,}"),
    "Plaid": (
        "access-development- access-production- access-sandbox-",
        r"access-(?:sandbox|development|production)-[a-f0-9]{8}-[a-f0-9-]{27}",
    ),
    "PlanetScale": (
        "pscale_oauth_ pscale_pw_ pscale_tkn_",
        r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,}",
    ),
    "Polar": ("polar_oat_ polar_pat_", r"polar_[op]at_[A-Za-z0-9]{30,}"),
    "Porkbun": ("sk1_", r"sk1_[a-f0-9]{64}"),
    "Portainer": ("ptr_", r"ptr_[A-Za-z0-9+/]{43}="),
    "PostHog": ("phc_ phs_ phx_", r"ph[xcs]_[A-Za-z0-9]{40,}"),
    "Postman": ("PMAK- PMAT-", r"PMA[KT]-[A-Za-z0-9]{24,}(?:-[a-f0-9]{34})?"),
    "Prefect": ("pnb_ pnu_", r"pn[ub]_[A-Za-z0-9]{36}"),
    "Pulumi": ("pul-", r"pul-[a-f0-9]{40}"),
    "PyPI": ("pypi-", r"pypi-[A-Za-z0-9_-]{40,}"),
    "Raycast": ("rca_", r"rca_[a-f0-9]{64}"),
    "Razorpay": ("rzp_live_ rzp_test_", r"rzp_(?:live|test)_[A-Za-z0-9]{14,}"),
    "Readme": ("rdme_", r"rdme_[a-z0-9]{70}"),
    "Render": ("rnd_", r"rnd_[A-Za-z0-9]{28,}"),
    "Replicate": ("r8_", r"r8_[A-Za-z0-9]{37,}"),
    "Resend": ("re_", r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}"),
    "RubyGems": ("rubygems_", r"rubygems_[a-f0-9]{48}"),
    "RunPod": ("rpa_", r"rpa_[A-Z0-9]{40,}"),
    "Scalingo": ("tk-us-", r"tk-us-[A-Za-z0-9_-]{40,}"),
    "SendGrid": ("SG.", r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}"),
    "Sendinblue": (
        "xkeysib- xsmtpsib-",
        r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}",
    ),
    "Sentry": ("sntrys_ sntryu_", r"sntry[su]_[A-Za-z0-9_+/=-]{40,}"),
    "Shippo": ("shippo_live_ shippo_test_", r"shippo_(?:live|test)_[a-fA-F0-9]{40}"),
    "Shopify": (
        "shpat_ shpca_ shppa_ shpss_ shptka_ shpua_",
        r"shp(?:at|ca|pa|ss|tka|ua)_[A-Fa-f0-9]{32}",
    ),
    "Slack": (
        "xoxa- xoxb- xoxc- xoxd- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs- xapp-",
        r"xox[a-eoprs](?:\.xox[bp])?-[A-Za-z0-9%-]{10,}|xapp-\d-[A-Za-z0-9-]{20,}",
    ),
    "Snyk": ("snyk_", r"snyk_[a-z]{3}\.[a-f0-9]{8}\.[A-Za-z0-9_-]{60,}"),
    "SonarQube": ("sqa_ sqp_ squ_", r"sq[pua]_[a-f0-9]{40}"),
    "Sourcegraph, Segment": (
        "sgp_ slk_",
        r"sgp_(?:(?:[A-Za-z0-9]{16}_|local_)?[a-f0-9]{40}|[A-Za-z0-9]{64})|slk_[a-f0-9]{64}",
    ),
    "Square": ("EAAA sq0", r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{56,}"),
    "Stripe": (
        "rk_live_ rk_prod_ rk_test_ sk_live_ sk_prod_ sk_test_ whsec_",
        r"(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{24,}",
    ),
    "Stytch": ("secret-live- secret-test-", r"secret-(?:live|test)-[A-Za-z0-9_=-]{36,}"),
    "Supabase": ("sb_secret_ sbp_", r"sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,}"),
    "Tailscale": ("tskey-", r"tskey-(?:[a-z]+-)?[A-Za-z0-9]{6,}(?:-[A-Za-z0-9]{10,})?"),
    "Tavily": ("tvly-", r"tvly-(?:[a-z]{3,4}-)?[A-Za-z0-9]{20,}"),
    "Telnyx": ("KEY", r"KEY[A-F0-9]{32}_[A-Za-z0-9]{22}"),
    "Tencent": ("AKID", r"AKID[A-Za-z0-9]{32}"),
    "Terraform": ("at-", r"at-[A-Za-z0-9]{16}\.[A-Za-z0-9]{40,}"),
    "Tinybird": ("p.eyJ", r"p\.eyJ[A-Za-z0-9_-]{60,}\.[A-Za-z0-9_-]{20,}"),
    "Together": ("tgp_v1_", r"tgp_v1_[A-Za-z0-9_-]{40,}"),
    "Trello": ("ATTA", r"ATTA[a-f0-9]{64}[A-Z0-9]{8}"),
    "Trigger.dev": ("tr_dev_ tr_prod_", r"tr_(?:dev|prod)_[A-Za-z0-9]{20,}"),
    "Twilio": (  # the name of an account, where it is called so, is no secret
        "AC SK",
        (
            r"SK[a-f0-9]{32}"
            r"|(?<!(?i:sid)[ :=])(?<!(?i:sid)[:=][ \"'])(?<!(?i:sid)[\"'][:=] [\"'])AC[a-f0-9]{32}"
        ),
    ),
    "Twitch": ("oauth:", r"oauth:[a-z0-9]{30}"),
    "Twitter": ("AAAAAAAAAAAAAAAAAAAA", r"A{20,22}[A-Za-z0-9]{0,80}%[A-Za-z0-9%]{20,}"),
    "Typeform": ("tfp_", r"tfp_[A-Za-z0-9_.=-]{40,}"),
    "Uptime Kuma": (
        "uk1_ uk2_ uk3_ uk4_ uk5_ uk6_ uk7_ uk8_ uk9_",
        r"uk\d_(?=[A-Za-z_-]{0,38}\d)[A-Za-z0-9_-]{40}",
    ),
    "Vercel": ("vca_ vci_ vck_ vcp_ vcr_", r"vc[pkair]_[A-Za-z0-9]{24,}"),
    "VK": ("vk1.a.", r"vk1\.a\.[A-Za-z0-9_-]{60,}"),
    "Volcengine": ("AKLT", r"AKLT[A-Za-z0-9]{40,}"),
    "Voyage": ("pa-", r"pa-(?=[A-Za-z_-]{0,40}\d)(?=[a-z0-9_-]{0,40}[A-Z])[A-Za-z0-9_-]{43}"),
    "WakaTime": ("waka_", r"waka_[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"),
    "Weights & Biases": ("wandb_v1_", r"wandb_v1_[A-Za-z0-9_]{40,}"),
    "WooCommerce": ("ck_ cs_", r"c[ks]_[a-f0-9]{40}"),
    "xAI": ("xai-", r"xai-[A-Za-z0-9]{40,}"),
    "Xata": ("xau_", r"xau_[A-Za-z0-9]{40,}"),
    "Yandex": (
        "AQVN t1. y0_ y1_ y2_ y3_",
        (
            r"AQVN[A-Za-z0-9_-]{35,38}|t1\.[A-Z0-9a-z_-]{20,400}+={0,2}\.[A-Z0-9a-z_-]{86}=*"
            r"|(?:y0_|y1_|y2_|y3_)[A-Za-z0-9_-]{50,}"
        ),
    ),
    "Zoho": ("1000.", r"1000\.[a-f0-9]{32}\.[a-f0-9]{32}"),
}
"""Provider -> how its secrets begin, and their whole shape."""

_WHOLE = "(?<![A-Za-z0-9])(?:%s)"
_BEGINNINGS = {
    literal: re.compile(_WHOLE % shape)
    for literals, shape in _SHAPES.values()
    for literal in literals.split()
}
_AZURE_DEVOPS = re.compile(
    _WHOLE % r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{10}AZDO[A-Za-z0-9]{4}"
    r"|[A-Za-z0-9]{52,76}JQQJ99[A-Za-z0-9]{10,22}"
)

# What stands in the middle of a shape -> how far before it the shape may begin, and the shape.
_MIDDLES = {
    "Q~": (4, re.compile(_WHOLE % r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}")),
    "JQQJ99": (76, _AZURE_DEVOPS),
    "AZDO": (76, re.compile(_WHOLE % r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}")),
    ".atlasv1.": (14, re.compile(_WHOLE % r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}")),
    ":APA91b": (11, re.compile(_WHOLE % r"[A-Za-z0-9_-]{11}:APA91b[A-Za-z0-9_-]{100,}")),
    ":fx": (36, re.compile(_WHOLE % r"[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}:fx(?!\w)")),
    "-us": (32, re.compile(_WHOLE % r"[a-f0-9]{32}-us\d{1,2}")),
}
_SIEVE = Sieve((*_BEGINNINGS, *_MIDDLES))

# The same for shapes of which only a sign is always the same: an expression that starts with it.
_SIGNED = (
    (  # Telegram, Asana
        re.compile(r":(?:[A-Za-z0-9_-]{35}|[a-f0-9]{32})(?![A-Za-z0-9-])|:AA[A-Za-z0-9_-]{32,34}"),
        36,
        re.compile(
            _WHOLE % r"\d{8,10}:AA[A-Za-z0-9_-]{32,35}|\d{9,10}:[A-Za-z0-9_-]{35}"
            r"|[012]/\d{12,16}(?:/\d{12,16})?:[a-f0-9]{32}"
        ),
    ),
    (  # Kubernetes, Discord
        re.compile(r"\.(?:[a-z0-9]{16}(?![\w.-])|[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{25,45})"),
        28,
        re.compile(
            _WHOLE % r"(?=[a-z]{0,5}\d)[a-z0-9]{6}\.(?=[a-z]{0,15}\d)[a-z0-9]{16}(?![\w.-])"
            r"|[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{25,45}"
        ),
    ),
    (  # Mailgun, BitLocker, Windows
        re.compile(
            r"-(?:[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3}(?![A-Za-z0-9-])|[a-f0-9]{8}-[a-f0-9]{8}|\d{6}(?:-\d{6}){6})(?![A-Za-z0-9-])"
        ),
        32,
        re.compile(
            _WHOLE % r"[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}|(?:\d{6}-){7}\d{6}"
            r"|(?=[0-9-]{0,28}[A-Z])(?=[A-Z-]{0,28}\d)(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}"
        ),
    ),
)


_REACH = 240
"""How far behind its middle a shape is read."""


def shapes_in(text: str) -> Iterator[Span]:
    """Give what has the shape of a provider's secret, whether or not it is filled with one."""
    places = _SIEVE.places(text)
    for literal in filter(_BEGINNINGS.__contains__, places):
        done = 0
        for at in places[literal]:
            found = _BEGINNINGS[literal].match(text, at) if at >= done else None
            if found:
                done = found.end()
                yield found.span()
    for at, literal in occurrences(places, _MIDDLES):
        back, shape = _MIDDLES[literal]
        yield from _around(text, at, back, shape)
    for sign, back, shape in _SIGNED:
        for seen in sign.finditer(text):
            yield from _around(text, seen.start(), back, shape)


def _around(text: str, at: int, back: int, shape: re.Pattern[str]) -> Iterator[Span]:
    found = shape.search(text, max(0, at - back), at + _REACH)
    if found and found.start() <= at < found.end():
        yield found.span()


WEBHOOK = re.compile(
    r"https?://(?:"
    r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/-]{20,}"
    r"|(?:\w+\.)?discord(?:app)?\.com/api(?:/v\d+)?/webhooks/\d{15,21}/[A-Za-z0-9_-]{40,}"
    r"|[\w-]+\.webhook\.office\.com/webhookb?2?/[A-Za-z0-9@/_-]{40,}"
    r"|outlook\.office(?:365)?\.com/webhook/[A-Za-z0-9@/_-]{40,}"
    r"|[\w.-]+\.logic\.azure\.com(?::443)?/(?:[^\s\"'<>`|)]{20,300})"
    r"|[\w.-]+\.api\.powerplatform\.com(?::443)?/[^\s\"'<>`|)]{20,400}sig=[\w%-]{20,}"
    r"|chat\.googleapis\.com/v1/spaces/[\w-]+/messages\?[^\s\"'<>`|)]{20,300}"
    r"|hooks\.zapier\.com/hooks/catch/\d+/\w+/?"
    r"|hook\.(?:[a-z0-9]+\.)?(?:make|integromat)\.com/\w{20,}"
    r"|maker\.ifttt\.com/(?:trigger|use)/[^\s\"'<>`|)]{10,200}"
    r"|api\.telegram\.org/bot\d{8,10}:[A-Za-z0-9_-]{30,}"
    r"|oapi\.dingtalk\.com/robot/send\?access_token=\w{20,}"
    r"|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/[\w-]{20,}"
    r"|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=[\w-]{20,}"
    r"|hc-ping\.com/[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}|api\.day\.app/[A-Za-z0-9]{22}"
    r"|[\w.-]+/hooks/[a-z0-9]{26}(?![A-Za-z0-9])"
    r"|[\w-]+@?[\w-]*\.ingest\.sentry\.io/\d+"
    r")"
)
"""An address that whoever knows it may post to."""
HOOK = re.compile(
    r"(?:/webhooks?|//hooks?\.[\w.-]{1,80})/(?:[\w-]{1,40}/){0,3}"
    r"(?P<value>[A-Za-z0-9]{24,200}|[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})(?![\w-])"
)
"""The end of one at any host, from what says so."""
