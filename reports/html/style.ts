import { paintRules, themeVariables } from './palette.ts';

/** The style sheet. System fonts only; without it the page is plain but whole. */
export const STYLE = `
:root{color-scheme:light dark;${themeVariables('light')};--serif:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua","Source Serif 4",Georgia,"DejaVu Serif",serif;--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){${themeVariables('dark')}}}
:root[data-theme=dark]{color-scheme:dark;${themeVariables('dark')}}
:root[data-theme=light]{color-scheme:light}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:4rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 var(--sans);font-variant-numeric:tabular-nums;overflow-wrap:break-word}
main,.masthead,footer{max-width:1080px;margin:0 auto;padding:0 28px}
.masthead{padding-top:56px}
.eyebrow{margin:0 0 14px;font-size:13px;letter-spacing:.09em;text-transform:uppercase;color:var(--faint)}
h1,h2,.lede{font-family:var(--serif);text-wrap:balance}
h1{margin:0;font-size:clamp(34px,5.4vw,58px);font-weight:500;line-height:1.06;letter-spacing:-.022em}
h1 span{color:var(--faint)}
.lede{max-width:44ch;margin:26px 0 0;font-size:clamp(19px,2.2vw,24px);line-height:1.4}
.findings{columns:2 380px;column-gap:48px;margin:18px 0 0;padding:0;list-style:none;color:var(--soft)}
.findings li{break-inside:avoid;padding:7px 0 7px 22px;border-top:1px solid var(--rule);position:relative}
.findings li::before{content:"—";position:absolute;left:0;color:var(--faint)}
.status{display:inline-block;margin:22px 0 0;padding:5px 12px;border:1.5px solid var(--wrong);border-radius:4px;color:var(--wrong);font-weight:600}
.keys{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));margin:40px 0 0;border-top:2px solid var(--ink);border-bottom:1px solid var(--rule)}
.keys div{padding:16px 18px 18px 0;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.keys dd{margin:0;font:500 32px/1.1 var(--serif);letter-spacing:-.01em;white-space:nowrap}
.keys dt{margin-top:6px;font-size:13.5px;line-height:1.35;color:var(--soft)}
nav{position:sticky;top:0;z-index:2;margin-top:34px;background:var(--paper);border-bottom:1px solid var(--rule)}
nav>div{max-width:1080px;margin:0 auto;padding:0 28px;display:flex;flex-wrap:wrap;gap:4px 20px;align-items:center}
nav ul{display:flex;flex:1 1 auto;gap:18px;margin:0;padding:0;list-style:none;overflow-x:auto;white-space:nowrap}
nav li a{display:block;padding:12px 0;font-size:14px;color:var(--soft);text-decoration:none}
nav li a:hover{color:var(--accent);text-decoration:underline}
.controls{display:flex;flex-wrap:wrap;gap:8px;padding:7px 0}
.controls[hidden]{display:none}
button,input{font:inherit;font-size:13.5px;color:var(--ink);background:var(--card);border:1px solid var(--faint);border-radius:5px;padding:5px 11px;min-height:32px}
button{cursor:pointer}
button:hover{border-color:var(--accent);color:var(--accent)}
button[aria-pressed=true]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
input{width:11em}::placeholder{color:var(--faint);opacity:1}
:focus-visible{outline:2.5px solid var(--accent);outline-offset:2px;border-radius:3px}
a{color:var(--accent);text-underline-offset:.18em}
main>section{padding:62px 0 0}
h2{margin:0 0 6px;font-size:32px;font-weight:500;line-height:1.15;letter-spacing:-.014em}
h2+p{max-width:70ch;margin:0 0 22px;color:var(--soft)}
h3{margin:30px 0 6px;font-size:17px;font-weight:650}
article{margin-top:40px;padding-top:24px;border-top:1px solid var(--rule)}
article>h3{margin:0;font:500 24px/1.2 var(--serif)}
article>h3 code{font:500 14px var(--mono);color:var(--faint);margin-left:10px}
article>p{max-width:74ch;margin:6px 0 12px;color:var(--soft)}
figure{margin:26px 0 0;padding:20px 22px 14px;background:var(--card);border:1px solid var(--rule);border-radius:8px}
figure h3{margin:0 0 10px}
figcaption{max-width:80ch;margin-top:8px;font:italic 16px/1.5 var(--serif);color:var(--soft)}
svg{display:block;width:100%;min-width:820px;height:auto}
.scroll{overflow-x:auto;scrollbar-width:thin}.scroll+.scroll{margin-top:32px}
details{margin-top:10px}
summary{width:fit-content;cursor:pointer;font-size:14px;color:var(--accent);padding:4px 0}
table{width:100%;border-collapse:collapse;font-size:14.5px;line-height:1.4}
caption{padding:0 0 8px;text-align:left;font-size:13.5px;color:var(--faint)}
th,td{padding:8px 16px 8px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:4px}
thead th{border-bottom:1.5px solid var(--ink);font-size:13px;font-weight:600;color:var(--soft);vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:600}section>.scroll tbody th{position:sticky;left:0;background:var(--paper)}.mid{min-width:11em}.why{min-width:15em}.why small{white-space:normal}
td.n,th.n{text-align:right;white-space:nowrap}
td small,th small{display:block;font-size:12.5px;font-weight:400;color:var(--soft);white-space:nowrap}
.faster small,b.faster{color:var(--faster)}.slower small,b.slower{color:var(--slower)}.differs small,b.differs,.wrong{color:var(--wrong)}
tbody tr:hover>*{background:var(--band)}
thead button{all:unset;cursor:pointer;white-space:nowrap}
thead button::after{content:" ↕";color:var(--faint)}
th[aria-sort=ascending] button::after{content:" ↑";color:var(--ink)}
th[aria-sort=descending] button::after{content:" ↓";color:var(--ink)}
thead button:focus-visible{outline:2.5px solid var(--accent);outline-offset:2px}
.verdict{display:inline-block;padding:2px 9px;border:1.5px solid currentColor;border-radius:4px;font-size:13px;font-weight:600;white-space:nowrap}
.verdict.kept{color:var(--faster)}.verdict.broken{color:var(--slower);border-style:double;border-width:3px}.verdict.open{color:var(--faint);border-style:dashed}
code,.mono{font-family:var(--mono);font-size:.88em;overflow-wrap:anywhere}
.plans{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:6px 28px}.plans h4{margin:8px 0 0;font-size:14px}.plans p{margin:2px 0 6px;font-size:12.5px;color:var(--soft)}.plans pre{margin:0;padding:10px 12px;overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:6px;font:12px/1.55 var(--mono)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:8px 48px}
.facts h3{margin-top:14px}
dl.pairs{margin:0;font-size:14.5px}
dl.pairs div{display:grid;grid-template-columns:7.5em minmax(0,1fr);gap:12px;padding:6px 0;border-top:1px solid var(--rule)}
dl.pairs dt{color:var(--faint);overflow-wrap:anywhere}dl.pairs dd{margin:0;overflow-wrap:anywhere}
dl.terms{columns:2 320px;column-gap:56px;margin:18px 0 0}
dl.terms div{break-inside:avoid;padding-bottom:18px}
dl.terms dt{font-weight:650}dl.terms dd{margin:2px 0 0;color:var(--soft)}
.warnings{margin:0;padding:0;list-style:none}
.warnings li{padding:9px 0 9px 26px;border-top:1px solid var(--rule);position:relative;overflow-wrap:anywhere}
.warnings li::before{content:"!";position:absolute;left:4px;font-weight:700;color:var(--slower)}
footer{margin-top:72px;padding-bottom:48px;color:var(--faint);font-size:13.5px}
.skip{position:absolute;left:-9999px}.skip:focus{left:12px;top:8px;z-index:3;background:var(--card);padding:8px 12px}
.gone{display:none}
[role=status]:empty{margin-left:-8px}[role=status]{font-size:13px;color:var(--faint);align-self:center}
@media(max-width:640px){main,.masthead,footer,nav>div{padding-left:18px;padding-right:18px}.masthead{padding-top:32px}nav{position:static}figure{padding:16px 14px 12px}main>section{padding-top:46px}.keys{grid-template-columns:1fr 1fr}.keys dd{font-size:27px}input{width:100%}.controls{width:100%}dl.pairs div{grid-template-columns:7em minmax(0,1fr)}#gate thead{display:none}#gate table,#gate tbody,#gate tr,#gate :is(th,td){display:block;min-width:0}#gate tr{padding:8px 0}#gate :is(th,td){padding:2px 0;border:0;overflow-wrap:anywhere}}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media(forced-colors:active){svg{forced-color-adjust:none;background:Canvas}}
@media print{:root{${themeVariables('light')}}body{font-size:10.5pt;background:none}nav,.skip{display:none}main>section{padding-top:24pt}figure,tr,article>h3{break-inside:avoid}.scroll{overflow:visible}svg{min-width:0}table{font-size:8.5pt}details::details-content{content-visibility:visible;height:auto;display:block}summary{display:none}}
${paintRules()}
`.trim();
