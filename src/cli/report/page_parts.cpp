#include "cli/report/page_parts.h"

namespace stage::cli {

const char* const kReportStyle = R"css(
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 1.5rem 1rem 4rem;
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.totals { margin: .25rem 0 2rem; opacity: .8; }
article { margin: 0 0 3rem; }
.frame { position: relative; overflow: hidden; border-radius: 6px;
  background: var(--soft); --split: 50%; --aspect: 1.5;
  width: min(100%, calc(88vh * var(--aspect))); margin: 0 auto;
  aspect-ratio: var(--aspect); }
.frame img { display: block; width: 100%; height: 100%; object-fit: fill;
  user-select: none; -webkit-user-drag: none; }
.frame .after[hidden] { display: none; }
.frame .before { position: absolute; inset: 0;
  clip-path: inset(0 calc(100% - var(--split)) 0 0); }
.frame .bar { position: absolute; top: 0; bottom: 0; left: var(--split);
  width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 4px #000a;
  pointer-events: none; }
.frame .bar::after { content: "\2194"; position: absolute; top: 50%; left: 50%;
  width: 36px; height: 36px; margin: -18px; border-radius: 50%;
  background: #fff; color: #222; font: 20px/36px system-ui, sans-serif;
  text-align: center; box-shadow: 0 1px 5px #0007; }
.frame input { position: absolute; inset: 0; width: 100%; height: 100%;
  margin: 0; opacity: 0; cursor: ew-resize; touch-action: pan-y; }
.frame:has(input:focus-visible) { outline: 3px solid #2f7de1;
  outline-offset: 2px; }
.tag { position: absolute; bottom: .6rem; padding: .1rem .5rem;
  border-radius: 4px; background: #000a; color: #fff; font-size: .8rem;
  pointer-events: none; }
.tag.left { left: .6rem; } .tag.right { right: .6rem; }
fieldset { border: 0; margin: .6rem 0 0; padding: 0; display: flex;
  flex-wrap: wrap; gap: .4rem 1rem; }
.missing { padding: 2rem 1rem; text-align: center; }
.error { border-left: 4px solid #c62828; background: #c6282818;
  padding: .5rem .8rem; margin: .6rem 0; overflow-wrap: anywhere; }
.warning { border-left: 4px solid #b26a00; background: #b26a0018;
  padding: .3rem .8rem; margin: .4rem 0; overflow-wrap: anywhere; }
.facts { margin: .6rem 0 0; font-size: .92rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem;
  margin: .4rem 0; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
details { border-top: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
pre { overflow-x: auto; background: var(--soft); padding: .6rem;
  border-radius: 4px; font-size: .82rem; }
@media print { .frame .bar, .tag, .frame input { display: none; }
  .frame .before { position: static; clip-path: none; } }
)css";

const char* const kReportScript = R"js(
"use strict";
for (const frame of document.querySelectorAll(".frame")) {
  const slider = frame.querySelector("input");
  if (!slider) continue;
  const show = () => {
    frame.style.setProperty("--split", slider.value + "%");
    slider.setAttribute("aria-valuetext",
      slider.value + " % original, " + (100 - slider.value) + " % result");
  };
  slider.addEventListener("input", show);
  show();
}
for (const choice of document.querySelectorAll("fieldset")) {
  choice.addEventListener("change", (event) => {
    const article = choice.closest("article");
    for (const picture of article.querySelectorAll(".after")) {
      picture.hidden = picture.dataset.result !== event.target.value;
    }
  });
}
)js";

}  // namespace stage::cli
