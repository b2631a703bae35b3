// Charts of the dashboards: <figure data-chart="id"> draws the JSON of <script type="application/json" id="id">.
// Our own small schema, so that pages never speak ECharts: {kind, label, unit, categories, series: [{name, state, values}]}.
import { init, use } from "echarts/core";
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { optionOf } from "./js/chart-options.js";

use([BarChart, LineChart, ScatterChart, GridComponent, TooltipComponent, LegendComponent, MarkLineComponent, AriaComponent, LabelLayout, SVGRenderer]);

function draw(figure) {
  const source = document.getElementById(figure.dataset.chart);
  const plot = figure.querySelector(".hj-plot");
  if (!source || !plot || plot.dataset.drawn) return;
  const given = JSON.parse(source.textContent);
  plot.dataset.drawn = "true";
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", given.label ?? figure.querySelector("figcaption")?.textContent ?? "");
  const chart = init(plot, null, { renderer: "svg" });
  chart.setOption(optionOf(given));
  if (given.links) {
    chart.on("click", (event) => { if (given.links[event.dataIndex]) window.location.assign(given.links[event.dataIndex]); });
  }
  new ResizeObserver(() => chart.resize()).observe(plot);
}

function drawAll(root) {
  for (const figure of root.querySelectorAll("[data-chart]")) draw(figure);
}

drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt.parentElement ?? document));
