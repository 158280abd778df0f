import { PALETTE } from '../chart/theme.ts';

/** Colours the page has beyond those of the charts. */
const PAGE_COLOURS = {
  wash: { light: '#f5f7f8', dark: '#1b2127' },
  link: { light: '#005a8e', dark: '#7cc4f4' },
  yes: { light: '#1a7244', dark: '#63cf95' },
  no: { light: '#b3261e', dark: '#ff8a80' },
  unsure: { light: '#805200', dark: '#e6b450' },
  none: { light: '#005a8e', dark: '#7cc4f4' },
} as const;

const colours = (scheme: 'light' | 'dark'): string =>
  Object.entries({ ...PALETTE, ...PAGE_COLOURS })
    .map(([name, values]) => `--${name}:${values[scheme]};`)
    .join('');

/** One column of text, figures on the same measure; light unless the reader's system asks for dark; light on paper. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${colours('light')}}
@media screen and (prefers-color-scheme:dark){:root{${colours('dark')}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:400 1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
.page{max-width:55rem;margin-inline:auto;padding-inline:1.25rem}
h1,h2,h3{line-height:1.25;text-wrap:balance;margin:0}
h1{font-size:clamp(1.6rem,1.1rem + 2.2vw,2.3rem);letter-spacing:-.015em}
h2{font-size:1.5rem;letter-spacing:-.01em}
h3{font-size:1.0625rem}
p,ul,ol{margin:.75rem 0;max-width:44rem}
ul{padding-left:1.2rem}
li{margin:.35rem 0}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:3px;border-radius:2px}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.skip{position:absolute;left:-100vw;top:0;background:var(--paper);padding:.6rem 1rem;z-index:3}
.skip:focus{left:0}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.eyebrow{margin:0 0 .5rem;color:var(--muted);font-size:.8125rem;letter-spacing:.02em}
header{padding-top:2.75rem}
.answer{margin:1.75rem 0;padding:.15rem 0 .15rem 1.25rem;border-left:.3rem solid var(--tone)}
.answer.yes{--tone:var(--yes)}.answer.no{--tone:var(--no)}.answer.unsure{--tone:var(--unsure)}.answer.none{--tone:var(--none)}
.question{margin:0;color:var(--muted)}
.headline{margin:.1rem 0;font-size:clamp(1.9rem,1.4rem + 2vw,2.6rem);font-weight:700;line-height:1.2;color:var(--tone);letter-spacing:-.02em}
.answer-sentence{margin:.25rem 0 0;font-size:1.1875rem;line-height:1.5}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.75rem,1fr));gap:1.1rem 1.25rem;margin:1.75rem 0;padding:1.1rem 0;border:solid var(--rule);border-width:1px 0}
.facts div{min-width:0}
.facts dt{color:var(--muted);font-size:.8125rem}
.facts dd{margin:.1rem 0 0;font-size:1.125rem;font-weight:600;line-height:1.3}
.facts dd small{display:block;font-weight:400;font-size:.8125rem;color:var(--muted)}
nav ol{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;list-style:none;padding:0;margin:0 0 1rem;font-size:.9375rem}
nav li{margin:0}
section{padding:2.25rem 0 .5rem;border-top:1px solid var(--rule);margin-top:2rem}
section>h3{margin-top:2rem}
section>.lead{margin-top:.5rem}
.lead{color:var(--muted)}
.fine{font-size:.9375rem;line-height:1.5}
.findings{list-style:none;padding:0;margin:1.25rem 0}
.findings li{padding:.7rem 1rem;margin:.5rem 0;background:var(--wash);border-left:.2rem solid var(--muted)}
.findings .warning{border-color:var(--unsure)}.findings .error{border-color:var(--no)}
.findings strong{margin-right:.4rem}
.verdict{font-weight:600;white-space:nowrap}
.verdict.met{color:var(--yes)}.verdict.missed{color:var(--no)}.verdict.inconclusive{color:var(--unsure)}
figure{margin:2.5rem 0 2.75rem}
figcaption p{margin:.3rem 0 1rem;color:var(--muted);font-size:.9375rem;line-height:1.5}
.chart svg{display:block;max-width:100%;height:auto;overflow:visible}
.variant.narrow{display:none}
@media screen and (max-width:44.9rem){.variant.wide{display:none}.variant.narrow{display:block}}
details{margin:.9rem 0}
summary{cursor:pointer;color:var(--link);font-size:.9375rem;width:fit-content;padding:.2rem 0}
.scroll{overflow-x:auto;margin:.6rem 0 1rem}
table{border-collapse:collapse;font-size:.875rem;line-height:1.4;width:100%}
th,td{text-align:left;vertical-align:top;padding:.42rem .9rem .42rem 0;border-bottom:1px solid var(--rule);font-weight:400}
thead th{color:var(--muted);vertical-align:bottom;border-bottom-color:var(--muted);font-size:.8125rem;line-height:1.3}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;white-space:nowrap}
td.text{white-space:nowrap}
tbody th{white-space:nowrap}
.wrap tbody th{white-space:normal}
.sentence{min-width:15rem}
@media screen and (max-width:40rem){.sentence{min-width:28rem}}
dl.provenance{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.35rem 1.5rem;font-size:.9375rem;margin:1rem 0}
dl.provenance dt{color:var(--muted)}
dl.provenance dd{margin:0;min-width:0}
dl.provenance details{margin:0}
dl.provenance summary{padding:0}
footer{margin-block:3rem 2.5rem;color:var(--muted);font-size:.8125rem}
#tip{position:fixed;z-index:2;max-width:min(22rem,calc(100vw - 1rem));padding:.4rem .65rem;background:var(--ink);color:var(--paper);font-size:.8125rem;line-height:1.4;border-radius:.25rem;pointer-events:none}
#tip[hidden]{display:none}
@media (max-width:36rem){dl.provenance{grid-template-columns:1fr;gap:0}dl.provenance dd{margin-bottom:.6rem}header{padding-top:1.75rem}.answer{padding-left:1rem}}
@page{margin:16mm 14mm}
@media print{
body{font-size:10pt}
svg{max-width:100%;height:auto}
.page{max-width:none;padding-inline:0}
nav,.skip,details:not([open]),#tip,dt:has(+dd>details:only-child:not([open])){display:none}
section{break-before:auto;margin-top:1rem;padding-top:1.25rem}
figure,.answer,.facts,tr{break-inside:avoid}
h2,h3,figcaption{break-after:avoid}
.scroll{overflow:visible}
a{color:inherit;text-decoration:none}
}
`;
