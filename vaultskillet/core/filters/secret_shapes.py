"""The shapes by which providers' secrets are known, from their public documentation."""

from __future__ import annotations

import re

_SHAPES = {
    "1Password": r"ops_eyJ[A-Za-z0-9_+/=-]{40,}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}"
    r"|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}",
    "Adafruit": r"aio_[A-Za-z0-9]{28}",
    "age": r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    "Airtable": r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}",
    "Alibaba": r"LTAI[A-Za-z0-9]{12,26}",
    "Anthropic": r"sk-ant-[A-Za-z0-9_-]{16,}",
    "Artifactory": r"AKCp[A-Za-z0-9]{60,}|cmVmdGtu[A-Za-z0-9]{50,}",
    "Atlassian": r"AT(?:ATT3x|BB|CTT3x)[A-Za-z0-9_=-]{20,}",
    "AWS": r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|ABSK[A-Za-z0-9+/]{100,}={0,2}",
    "Azure": r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"
    r"|[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{10}AZDO[A-Za-z0-9]{4}"
    r"|[A-Za-z0-9]{52,76}JQQJ99[A-Za-z0-9]{10,22}",
    "BitLocker": r"(?:\d{6}-){7}\d{6}",
    "Buildkite": r"bk(?:ua|at|aj|ct)_[A-Za-z0-9]{32,}",
    "CircleCI": r"CCI(?:PAT|PRJ)_[A-Za-z0-9]{20,40}_[a-f0-9]{40}",
    "Clojars": r"CLOJARS_[a-z0-9]{60}",
    "Cloudflare": r"v1\.0-[a-f0-9]{24}-[a-f0-9]{100,}",
    "Contentful": r"CFPAT-[A-Za-z0-9_-]{40,}",
    "crates.io": r"cio[A-Za-z0-9]{32}",
    "Databricks": r"dapi[a-f0-9]{32}(?:-\d)?|dose[a-f0-9]{32}",
    "DigitalOcean": r"do[opr]_v1_[a-f0-9]{32,64}",
    "Discord": r"(?:mfa\.[A-Za-z0-9_-]{40,}"
    r"|[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{25,45})",
    "Docker": r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}",
    "Doppler": r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}",
    "Dropbox": r"sl\.(?:u\.)?[A-Za-z0-9_-]{60,}",
    "Duffel": r"duffel_(?:test|live)_[A-Za-z0-9_=-]{40,}",
    "Dynatrace": r"dt0[cs]\d{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    "EasyPost": r"EZ[AT]K[A-Za-z0-9]{54}",
    "Facebook": r"EAA[A-Za-z0-9]{60,}",
    "Figma": r"fig[du]r?_[A-Za-z0-9_-]{36,}",
    "Flutterwave": r"FLWSECK(?:_TEST|_LIVE)?-[a-zA-Z0-9]{12,}(?:-X)?",
    "Fly.io": r"fo1_[A-Za-z0-9_-]{40,}|fm[12][ar]?_[A-Za-z0-9+/_=-]{80,}",
    "Frame.io": r"fio-u-[A-Za-z0-9_=-]{60,}",
    "GitHub": r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}",
    "GitLab": r"gl(?:pat|dt|rt|rtr|ptt|ft|cbt|oas|soat|imt|agent|ffct|wt)-[A-Za-z0-9_.-]{20,}"
    r"|GR1348941[A-Za-z0-9_-]{20}",
    "Google": r"AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{24,}|ya29\.[A-Za-z0-9_.-]{30,}"
    r"|1//0[A-Za-z0-9_-]{30,}|AQ\.Ab[A-Za-z0-9_-]{40,}",
    "Grafana": r"gl(?:sa|c)_[A-Za-z0-9_+/=]{32,}|eyJrIjoi[A-Za-z0-9+/=]{50,}",
    "Groq": r"gsk_[A-Za-z0-9]{40,}",
    "HashiCorp": r"hv[sbr]\.[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}",
    "Heroku": r"HRKU-[A-Za-z0-9_-]{30,}",
    "Hugging Face": r"hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z0-9]{30,}",
    "Infracost": r"ico-[A-Za-z0-9]{32}",
    "Intra42": r"s-s4t2(?:ud|af)-[a-f0-9]{64}",
    "Jina": r"jina_[A-Za-z0-9_-]{40,}",
    "JWT": r"eyJ[A-Za-z0-9_-]{8,4000}+\.(?:eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]{8,})?"
    r"|[A-Za-z0-9_-]{0,999}+(?:\.[A-Za-z0-9_-]{8,}+){3})",
    "LangSmith": r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}",
    "Linear": r"lin_(?:api|oauth)_[A-Za-z0-9]{32,64}",
    "Mailchimp": r"[a-f0-9]{32}-us\d{1,2}",
    "Mailgun": r"key-[a-f0-9]{32}|(?:pub)?key-[a-z0-9]{32}|[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}",
    "Netlify": r"nf[pcoub]_[A-Za-z0-9]{36,}",
    "Neon": r"napi_[A-Za-z0-9]{40,}",
    "New Relic": r"NR(?:AK|II|RA|AA|JS|SP)-[A-Za-z0-9_-]{18,}",
    "Notion": r"ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}",
    "npm": r"npm_[A-Za-z0-9]{30,}",
    "NuGet": r"oy2[a-z0-9]{43}",
    "NVIDIA": r"nvapi-[A-Za-z0-9_-]{50,}",
    "Okta": r"SSWS_?00[A-Za-z0-9_-]{40}",
    "OpenAI and alike": r"sk-(?:proj-|svcacct-|admin-|or-v1-|None-|live-|test-|lf-"
    r"|[a-z]{2,10}-)?(?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{20,}|sess-[A-Za-z0-9]{40}",
    "Perplexity": r"pplx-[A-Za-z0-9]{32,}",
    "Pinecone": r"pcsk_[A-Za-z0-9_]{40,}",
    "Plaid": r"access-(?:sandbox|development|production)-[a-f0-9]{8}-[a-f0-9-]{27}",
    "PlanetScale": r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,}",
    "PostHog": r"ph[xcs]_[A-Za-z0-9]{40,}",
    "Postman": r"PMA[KT]-[A-Za-z0-9]{24,}(?:-[a-f0-9]{34})?",
    "Prefect": r"pn[ub]_[A-Za-z0-9]{36}",
    "Pulumi": r"pul-[a-f0-9]{40}",
    "PyPI": r"pypi-[A-Za-z0-9_-]{40,}",
    "Razorpay": r"rzp_(?:live|test)_[A-Za-z0-9]{14,}",
    "Readme": r"rdme_[a-z0-9]{70}",
    "Replicate": r"r8_[A-Za-z0-9]{37,}",
    "Resend": r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}",
    "RubyGems": r"rubygems_[a-f0-9]{48}",
    "SendGrid": r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}",
    "Sendinblue": r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}",
    "Sentry": r"sntry[su]_[A-Za-z0-9_+/=-]{40,}",
    "Shippo": r"shippo_(?:live|test)_[a-fA-F0-9]{40}",
    "Shopify": r"shp(?:at|ca|pa|ss|tka|ua)_[A-Fa-f0-9]{32}",
    "Slack": r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{20,}",
    "Sourcegraph": r"sgp_(?:[A-Za-z0-9]{16}_|local_)?[a-f0-9]{40}|slk_[a-f0-9]{64}",
    "Square": r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{56,}",
    "Stripe": r"(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{24,}",
    "Supabase": r"sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,}",
    "ElevenLabs": r"sk_[a-f0-9]{48}",
    "Tailscale": r"tskey-(?:[a-z]+-)?[A-Za-z0-9]{6,}(?:-[A-Za-z0-9]{10,})?",
    "Tavily": r"tvly-(?:[a-z]{3,4}-)?[A-Za-z0-9]{20,}",
    "Telegram": r"\d{8,10}:AA[A-Za-z0-9_-]{32,35}|\d{9,10}:[A-Za-z0-9_-]{35}",
    "Terraform": r"at-[A-Za-z0-9]{16}\.[A-Za-z0-9]{40,}",
    "Tencent": r"AKID[A-Za-z0-9]{32}",
    "Twilio": r"(?:SK|AC)[a-f0-9]{32}",
    "Twitter": r"A{20,22}[A-Za-z0-9]{0,80}%[A-Za-z0-9%]{20,}",
    "Typeform": r"tfp_[A-Za-z0-9_.=-]{40,}",
    "Vercel": r"vc[pkair]_[A-Za-z0-9]{24,}",
    "Weights & Biases": r"wandb_v1_[A-Za-z0-9_]{40,}",
    "WakaTime": r"waka_[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
    "Amazon MWS": r"amzn\.mws\.[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}",
    "Apify": r"apify_api_[A-Za-z0-9]{30,}",
    "Asana": r"[012]/\d{12,16}(?:/\d{12,16})?:[a-f0-9]{32}",
    "Backblaze": r"K00\d[A-Za-z0-9+/]{27}",
    "Fernet": r"gAAAAA[A-Za-z0-9_-]{80,}={0,2}",
    "Fireworks": r"fw_[A-Za-z0-9]{20,}",
    "Harness": r"(?:pat|sat)\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}",
    "HubSpot": r"pat-(?:na|eu|ap)\d-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}",
    "LaunchDarkly": r"(?:sdk|mob|api)-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}",
    "Lob": r"(?:live|test)_[a-f0-9]{35}",
    "Mapbox": r"sk\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{16,}",
    "Paddle": r"pdl_(?:live|sdbx)_apikey_[A-Za-z0-9_]{30,}",
    "Render": r"rnd_[A-Za-z0-9]{28,}",
    "Scalingo": r"tk-us-[A-Za-z0-9_-]{40,}",
    "SonarQube": r"sq[pua]_[a-f0-9]{40}",
    "Twitch": r"oauth:[a-z0-9]{30}",
    "VK": r"vk1\.a\.[A-Za-z0-9_-]{60,}",
    "Zoho": r"1000\.[a-f0-9]{32}\.[a-f0-9]{32}",
    "xAI": r"xai-[A-Za-z0-9]{40,}",
    "Yandex": r"AQVN[A-Za-z0-9_-]{35,38}|t1\.[A-Z0-9a-z_-]{20,400}+={0,2}\.[A-Z0-9a-z_-]{86}=*"
    r"|y[0-3]_[A-Za-z0-9_-]{50,}",
}

SHAPE = re.compile("(?<![A-Za-z0-9])(?:" + "|".join(_SHAPES.values()) + ")")
"""A secret whole, at the beginning of a word; found within one run of `LONG`."""

LONG = re.compile(r"[A-Za-z0-9_~+/=.:$%-]{18,}")
"""What every shape lies within: a cheap sieve that leaves prose alone."""

WEBHOOK = re.compile(
    r"https?://(?:"
    r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/-]{20,}"
    r"|(?:\w+\.)?discord(?:app)?\.com/api(?:/v\d+)?/webhooks/\d{15,21}/[A-Za-z0-9_-]{40,}"
    r"|[\w-]+\.webhook\.office\.com/webhookb?2?/[A-Za-z0-9@/_-]{40,}"
    r"|outlook\.office(?:365)?\.com/webhook/[A-Za-z0-9@/_-]{40,}"
    r"|[\w.-]+\.logic\.azure\.com(?::443)?/(?:[^\s\"'<>`|)]{20,300})"
    r"|[\w.-]+\.api\.powerplatform\.com(?::443)?/[^\s\"'<>`|)]{20,400}sig=[\w%-]{20,}"
    r"|chat\.googleapis\.com/v1/spaces/[\w-]+/messages\?[^\s\"'<>`|)]{20,300}"
    r"|hooks\.zapier\.com/hooks/catch/\d+/\w+"
    r"|hook\.(?:[a-z0-9]+\.)?(?:make|integromat)\.com/\w{20,}"
    r"|maker\.ifttt\.com/(?:trigger|use)/[^\s\"'<>`|)]{10,200}"
    r"|api\.telegram\.org/bot\d{8,10}:[A-Za-z0-9_-]{30,}"
    r"|oapi\.dingtalk\.com/robot/send\?access_token=\w{20,}"
    r"|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/[\w-]{20,}"
    r"|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=[\w-]{20,}"
    r"|[\w.-]+/hooks/[a-z0-9]{26}(?![A-Za-z0-9])"
    r"|[\w-]+@?[\w-]*\.ingest\.sentry\.io/\d+"
    r")"
)
"""An address that whoever knows it may post to."""
