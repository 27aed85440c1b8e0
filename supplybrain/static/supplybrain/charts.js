/* Draws the charts of supplybrain.charts: every <figure data-chart="id"> whose JSON is in the script element of that id.
 *
 * Numbers and dates follow <html lang>, colours the theme's variables in charts.css, sizes the figure. Times are UTC, as
 * everywhere in the admin. The figure has the same numbers as a table, so nothing here is the only way to read them.
 */
(() => {
  "use strict";

  const DAY = 24 * 60 * 60 * 1000;
  const STEP_HEIGHT = 40;
  const language = document.documentElement.lang || "en";
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat(language, { maximumFractionDigits: 1, notation: "compact" });
  const formatDate = (options) => {
    const format = new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options });
    return (ms) => format.format(ms);
  };
  const showDay = formatDate({ day: "numeric", month: "short" });
  const showClock = formatDate({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const showFullDay = formatDate({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
  const showNumber = (value) => (value === null || value === undefined ? "\u2013" : number.format(value));
  const showTick = (ms) => (ms % DAY === 0 ? showDay(ms) : showClock(ms));
  const showMoment = (ms) => `${showFullDay(ms)}, ${showClock(ms)} UTC`;

  /* Colours: a tone's name is the end of its variable's name. */
  const readColors = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(`--sb-${name}`).trim();
    return { of, text: of("text"), faint: of("faint"), rule: of("rule"), surface: of("surface") };
  };

  const hatch = (color) => {
    const image = document.createElement("canvas");
    image.width = image.height = 8;
    const pen = image.getContext("2d");
    pen.strokeStyle = color;
    pen.lineWidth = 1;
    pen.globalAlpha = 0.6;
    pen.beginPath();
    for (const shift of [-8, 0, 8]) {
      pen.moveTo(shift, 8);
      pen.lineTo(shift + 8, 0);
    }
    pen.stroke();
    return { image, repeat: "repeat" };
  };

  const listTimes = (x) => x.list || Array.from({ length: x.count }, (_, at) => x.start + at * x.step);

  /* Tooltips are built from text nodes: a name from the database is never read as HTML. */
  const buildTooltip = (title, lines) => {
    const box = document.createElement("div");
    box.className = "sb-tooltip";
    const head = document.createElement("strong");
    head.textContent = title;
    box.append(head);
    for (const line of lines) {
      const row = document.createElement("div");
      row.textContent = line;
      box.append(row);
    }
    return box;
  };

  const withUnit = (value, unit) => (unit ? `${showNumber(value)} ${unit}` : showNumber(value));

  const baseOption = (colors, tooltip) => ({
    animation: false,
    useUTC: true,
    textStyle: { color: colors.text, fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: 8, top: 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: colors.surface,
      borderColor: colors.rule,
      textStyle: { color: colors.text },
      axisPointer: { lineStyle: { color: colors.faint } },
      ...tooltip,
    },
  });

  const valueAxis = (colors, extra) => ({
    type: "value",
    minInterval: 1,
    axisLabel: { color: colors.faint, formatter: (value) => compact.format(value) },
    splitLine: { lineStyle: { color: colors.rule } },
    ...extra,
  });

  const placeAxis = (colors, extra) => ({
    axisLabel: { color: colors.faint, hideOverlap: true },
    axisLine: { lineStyle: { color: colors.rule } },
    axisTick: { lineStyle: { color: colors.rule } },
    splitLine: { show: false },
    ...extra,
  });

  /* Thresholds lie across, marks stand upright. The legend and the table name them too, so labels may be left out. */
  const markLines = (data, colors) => ({
    silent: true,
    symbol: "none",
    data: [
      ...data.thresholds.map((threshold) => ({
        yAxis: threshold.value,
        lineStyle: { color: colors.of(threshold.tone), type: "dashed", width: 2 },
        /* between bars nobody could read it */
        label: { show: data.kind === "line", position: "insideEndTop", formatter: showNumber(threshold.value), color: colors.of(threshold.tone) },
      })),
      ...(data.kind === "line" ? data.marks : []).map((mark) => ({
        xAxis: mark.x,
        lineStyle: { color: colors.of(mark.tone), type: "dotted", width: 2 },
        label: { position: "insideEndTop", formatter: mark.label, color: colors.text },
      })),
    ],
  });

  const markAreas = (data, colors) => ({
    silent: true,
    data: data.ranges.map((range) => [
      {
        xAxis: range.from,
        itemStyle:
          range.tone === "neutral"
            ? { color: hatch(colors.of("neutral")) }
            : { color: colors.of(range.tone), opacity: 0.18 },
      },
      { xAxis: range.to },
    ]),
  });

  /* The value axis reaches the thresholds, also where no value comes near them. */
  const reach = (data) => {
    const highest = Math.max(0, ...data.thresholds.map((threshold) => threshold.value));
    return { max: (extent) => (extent.max >= highest ? null : Math.ceil(highest * 1.1)) };
  };

  const buildLines = (data, colors) => {
    const times = listTimes(data.x);
    const show = data.axis === "time" ? showMoment : showFullDay;
    const atTime = (ms) => data.ranges.filter((range) => range.from <= ms && ms < range.to).map((range) => range.label);
    return {
      ...baseOption(colors, {
        formatter: (points) => {
          const lines = points.map((point) => `${point.seriesName}: ${withUnit(point.value[1], data.unit)}`);
          return buildTooltip(show(points[0].value[0]), [...lines, ...new Set(atTime(points[0].value[0]))]);
        },
      }),
      xAxis: placeAxis(colors, {
        type: "time",
        axisLabel: { color: colors.faint, hideOverlap: true, formatter: data.axis === "time" ? showTick : showDay },
        minInterval: data.axis === "time" ? undefined : DAY,
      }),
      yAxis: valueAxis(colors, reach(data)),
      series: data.series.map((series, at) => ({
        type: "line",
        name: series.name,
        data: times.map((time, place) => [time, series.values[place]]),
        step: series.shape === "step" ? "end" : false,
        showSymbol: times.length < 3,
        symbol: "circle",
        lineStyle: { color: colors.of(series.tone), width: 2 },
        itemStyle: { color: colors.of(series.tone) },
        markLine: at === 0 ? markLines(data, colors) : undefined,
        markArea: at === 0 ? markAreas(data, colors) : undefined,
      })),
    };
  };

  /* A marked bar stands on a band as high as the chart: a day without sales has no bar that could be coloured. */
  const buildBands = (data, colors) => {
    const labels = [...new Set(data.marks.map((mark) => mark.label))];
    return labels.map((label) => {
      const marks = data.marks.filter((mark) => mark.label === label);
      return {
        type: "bar",
        name: label,
        xAxisIndex: 1,
        yAxisIndex: 1,
        stack: "bands",
        barWidth: "100%",
        silent: true,
        data: marks.map((mark) => [mark.at, 1]),
        itemStyle: { color: colors.of(marks[0].tone), opacity: 0.22 },
        tooltip: { show: false },
      };
    });
  };

  const buildBars = (data, colors) => {
    const places = listTimes(data.x);
    const show = data.axis === "name" ? String : showFullDay;
    const tick = data.axis === "name" ? String : (place) => showDay(Number(place));
    const labelsAt = (at) => data.marks.filter((mark) => mark.at === at).map((mark) => mark.label);
    return {
      ...baseOption(colors, {
        axisPointer: { type: "shadow" },
        formatter: (points) => {
          const place = points[0].dataIndex;
          const lines = data.series.map((series) => `${series.name}: ${withUnit(series.values[place], data.unit)}`);
          return buildTooltip(show(places[place]), [...lines, ...labelsAt(place)]);
        },
      }),
      xAxis: [
        placeAxis(colors, { type: "category", data: places, axisLabel: { color: colors.faint, hideOverlap: true, formatter: tick } }),
        { type: "category", data: places, show: false, axisPointer: { show: false } }, /* the bands have their own widths */
      ],
      yAxis: [valueAxis(colors, reach(data)), { type: "value", max: 1, show: false }],
      series: [
        ...data.series.map((series, at) => ({
          type: "bar",
          name: series.name,
          stack: "values",
          barCategoryGap: "30%",
          data: series.values,
          z: 3,
          itemStyle: { color: colors.of(series.tone) },
          markLine: at === 0 ? markLines(data, colors) : undefined,
        })),
        ...buildBands(data, colors),
      ],
    };
  };

  /* A bar floats on an invisible one. One that crosses zero has a part on each side; the stack keeps them apart. */
  const buildWaterfall = (data, colors) => {
    const parts = data.steps.map(({ from, to }) => {
      const [low, high] = [Math.min(from, to), Math.max(from, to)];
      return { base: low > 0 ? low : high < 0 ? high : 0, above: high - Math.max(low, 0), below: low - Math.min(high, 0) };
    });
    const bars = (name, values, style) => ({ type: "bar", name, stack: "steps", data: values, barWidth: "60%", ...style });
    const paint = (at, value) => ({ value, itemStyle: { color: colors.of(data.steps[at].tone) } });
    const label = {
      show: true,
      position: "right",
      color: colors.text,
      formatter: ({ dataIndex }) => data.steps[dataIndex].text,
    };
    return {
      ...baseOption(colors, {
        axisPointer: { type: "shadow" },
        formatter: (points) => {
          const step = data.steps[points[0].dataIndex];
          return buildTooltip(step.label, [`${step.text} ${data.unit}`, step.note].filter(Boolean));
        },
      }),
      grid: { left: 4, right: 56, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: valueAxis(colors, { splitNumber: 4, axisLabel: { color: colors.faint, hideOverlap: true, formatter: (value) => compact.format(value) } }),
      yAxis: placeAxis(colors, {
        type: "category",
        inverse: true,
        data: data.steps.map((step) => step.label),
        axisLabel: { color: colors.text, interval: 0, width: 140, lineHeight: 15, overflow: "break" },
      }),
      series: [
        bars("base", parts.map((part) => part.base), { silent: true, itemStyle: { color: "transparent" } }),
        bars("above", parts.map((part, at) => paint(at, Math.max(part.above, 0))), { label }),
        bars("below", parts.map((part, at) => paint(at, Math.min(part.below, 0))), {}),
      ],
    };
  };

  const builders = { line: buildLines, bar: buildBars, waterfall: buildWaterfall };

  const addZooms = (figure, data, chart) => {
    const group = figure.querySelector(".sb-chart-zooms");
    const times = data.kind === "line" && data.zooms.length ? listTimes(data.x) : [];
    if (!times.length || group.childElementCount) return;
    const last = times[times.length - 1];
    const press = (button, zoom) => {
      chart.setOption({ xAxis: { min: Math.max(last - zoom.ms, times[0]), max: last } });
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === button));
    };
    data.zooms.forEach((zoom, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = zoom.label;
      button.setAttribute("aria-pressed", String(at === data.zooms.length - 1));
      button.addEventListener("click", () => press(button, zoom));
      group.append(button);
    });
    group.hidden = false;
  };

  const start = (figure) => {
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const canvas = figure.querySelector(".sb-chart-canvas");
    if (data.steps) canvas.style.height = `${STEP_HEIGHT * (data.steps.length + 1)}px`;
    let chart = null;
    const paint = () => {
      if (chart) chart.setOption(builders[data.kind](data, readColors()));
    };
    const fit = () => {
      if (!canvas.clientWidth) return; /* in a closed tab: drawn when it opens */
      if (chart) {
        chart.resize();
        return;
      }
      chart = echarts.init(canvas);
      paint();
      addZooms(figure, data, chart);
    };
    new ResizeObserver(fit).observe(canvas);
    return paint;
  };

  /* Parts of a page may be exchanged by htmx: figures that came with them start, those that went are forgotten. */
  const paints = new Map();
  const startAll = () => {
    for (const figure of paints.keys()) if (!figure.isConnected) paints.delete(figure);
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      if (!paints.has(figure)) paints.set(figure, start(figure));
    }
  };
  startAll();
  document.addEventListener("htmx:afterSettle", startAll);
  new MutationObserver(() => paints.forEach((paint) => paint())).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["class"],
  });
})();
