// Our schema of a chart → an ECharts option in our tokens: ink on paper, one accent, labels on the marks.

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const STATES = ["accepted", "filed", "returned", "draft", "idle", "overdue"];
const PLAIN = ["--hj-brand", "--hj-ink-3", "--hj-filed", "--hj-returned", "--hj-accepted", "--hj-draft"];

// A state is told by pattern as well as by hue, so that the chart survives greyscale.
const DECALS = {
  returned: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: Math.PI / 4, color: "rgba(255,255,255,.65)" },
  draft: { symbol: "circle", dashArrayX: [[4, 4], [0, 4, 4, 0]], dashArrayY: [4, 0], symbolSize: 0.5, color: "rgba(255,255,255,.6)" },
};

function colourOf(series, n) {
  if (series.state === "filed") return token("--hj-filed-t"); // hollow, as in the bar of states
  if (STATES.includes(series.state)) return token(`--hj-${series.state}`);
  return token(PLAIN[n % PLAIN.length]);
}

function edgeOf(one, color, isStack) {
  if (one.state === "filed") return { color, borderColor: token("--hj-filed"), borderWidth: 1.5 };
  return { color, decal: DECALS[one.state] ?? null, borderColor: "#fff", borderWidth: isStack ? 1 : 0 };
}

function axes(given, isFlat) {
  const text = { color: token("--hj-ink-2"), fontSize: 12 };
  const names = {
    type: "category", data: given.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--hj-line-2") } },
    axisLabel: { ...text, interval: 0, ...(isFlat ? { width: 136, overflow: "break" } : { hideOverlap: true }) }, inverse: isFlat,
  };
  const values = {
    type: "value", name: isFlat ? "" : given.unit ?? "", nameTextStyle: { ...text, align: "right" }, minInterval: given.unit === "%" ? 0 : 1,
    max: given.unit === "%" ? 100 : null, axisLabel: text, splitLine: { lineStyle: { color: token("--hj-line") } },
  };
  return isFlat ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
}

function seriesOf(given, isFlat) {
  const isStack = given.kind === "stack";
  return given.series.map((one, n) => {
    const color = colourOf(one, n);
    const isLines = given.kind === "line" && given.series.length > 1;
    const label = { show: !isStack && !isLines && one.values.length * given.series.length <= 40, position: isFlat ? "right" : "top", color: token("--hj-ink"), fontWeight: 600, fontSize: 12 };
    const base = { name: one.name, data: one.values, color, label, animation: false, emphasis: { disabled: true } };
    if (given.kind === "line") {
      return { ...base, type: "line", symbol: "circle", symbolSize: 8, lineStyle: { width: 2, color, type: n ? "dashed" : "solid" }, labelLayout: { moveOverlap: "shiftY" }, endLabel: { show: isLines, color: token("--hj-ink"), fontWeight: 600, fontSize: 12 }, itemStyle: { color: "#fff", borderColor: color, borderWidth: 2 } };
    }
    if (given.kind === "scatter") return { ...base, type: "scatter", symbolSize: 9 };
    return { ...base, type: "bar", barMaxWidth: 22, stack: isStack ? "all" : null, itemStyle: edgeOf(one, color, isStack) };
  });
}

/** An ECharts option for {kind: bar | flat | stack | line | scatter, unit, categories, series, limit?}. */
export function optionOf(given) {
  const isFlat = given.kind === "flat" || given.kind === "stack";
  const series = seriesOf(given, isFlat);
  if (given.limit != null && series.length) {
    series[0].markLine = {
      silent: true, symbol: "none", lineStyle: { color: token("--hj-ink-3"), type: "dashed" },
      label: { position: "insideStartTop", formatter: given.limit_label ?? String(given.limit), color: token("--hj-ink-2"), fontSize: 12 },
      data: [isFlat ? { xAxis: given.limit } : { yAxis: given.limit }],
    };
  }
  const isMany = given.series.length > 1;
  return {
    animation: false,
    textStyle: { fontFamily: token("--hj-sans"), fontSize: 12, color: token("--hj-ink-2") },
    grid: { left: 8, right: isFlat || given.kind === "line" ? 40 : 12, top: isMany ? 40 : 28, bottom: 4, containLabel: true },
    legend: isMany ? { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: token("--hj-ink-2"), fontSize: 12 } } : { show: false },
    tooltip: {
      trigger: "axis", axisPointer: { type: given.kind === "line" ? "line" : "shadow" }, renderMode: "richText", confine: true,
      backgroundColor: "#fff", borderColor: token("--hj-line-2"), textStyle: { color: token("--hj-ink"), fontSize: 12 },
      valueFormatter: (value) => (value == null ? "—" : `${value}${given.unit ?? ""}`),
    },
    ...axes(given, isFlat),
    series,
  };
}
