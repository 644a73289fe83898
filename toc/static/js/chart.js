// Draws every <script type="application/json" data-chart="ID"> into the element with that id. The figures come from
// the server (toc/charts); the sentence and the table beside them say the same without this file.
"use strict";

(() => {
  const nl = {
    moduleType: "locale",
    name: "nl",
    dictionary: {},
    format: {
      days: ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
      shortDays: ["zo", "ma", "di", "wo", "do", "vr", "za"],
      months: ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
      shortMonths: ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
      date: "%d-%m-%Y",
      decimal: ",",
      thousands: ".",
    },
  };

  // A token of the style sheet, so that charts and pages keep one set of colours.
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The figure names tokens, as in "var(--toc-brand)"; the chart library wants the colours themselves.
  function coloured(part) {
    if (typeof part === "string") {
      const named = /^var\((--[\w-]+)\)$/.exec(part);
      return named ? token(named[1]) : part;
    }
    if (Array.isArray(part)) {
      return part.map(coloured);
    }
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, coloured(value)]));
    }
    return part;
  }

  // On a narrow screen: fewer ticks, smaller letters, no title beside the axis and no label at the baseline, where
  // it would hide the first readings; the page says it in words.
  function narrowed(layout) {
    for (const axis of [layout.xaxis, layout.yaxis]) {
      if (axis) {
        axis.nticks = Math.min(axis.nticks || 4, 4);
        delete axis.title;
      }
    }
    layout.annotations = (layout.annotations || []).filter((label) => label.name !== "baseline");
    for (const label of layout.annotations) {
      label.font = Object.assign({}, label.font, { size: 13 });
    }
    layout.font.size = 13;
    layout.margin.r = 16;
  }

  function draw(source) {
    const target = document.getElementById(source.dataset.chart);
    if (!target || target.classList.contains("chart__canvas--drawn")) {
      return;
    }
    let figure = JSON.parse(source.textContent);
    if (typeof figure === "string") {
      figure = JSON.parse(figure);
    }
    target.classList.add("chart__canvas--drawn");
    figure = coloured(figure);
    const narrow = window.matchMedia("(max-width: 639px)").matches;
    const layout = Object.assign({}, figure.layout, {
      autosize: true,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      separators: document.documentElement.lang === "nl" ? ",." : ".,",
      font: Object.assign({ family: token("--toc-font"), size: 14, color: token("--toc-ink") }, (figure.layout || {}).font),
      margin: Object.assign({ l: 56, r: 28, t: 24, b: 40 }, (figure.layout || {}).margin),
    });
    delete layout.width;
    if (narrow) {
      narrowed(layout);
    }
    if (layout.height) {
      target.style.blockSize = `${layout.height}px`;
    }
    window.Plotly.newPlot(target, figure.data, layout, {
      displayModeBar: false,
      responsive: true,
      locale: document.documentElement.lang === "nl" ? "nl" : "en",
      staticPlot: narrow,
    });
  }

  function drawAll(root) {
    for (const source of root.querySelectorAll('script[type="application/json"][data-chart]')) {
      draw(source);
    }
  }

  if (!window.Plotly) {
    return;
  }
  window.Plotly.register(nl);
  drawAll(document);
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
})();
