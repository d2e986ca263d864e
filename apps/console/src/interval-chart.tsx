import { BarChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([BarChart, ScatterChart, GridComponent, SVGRenderer]);

export interface Interval {
  name: string;
  value: number;
  low: number;
  high: number;
}

/** Shares 0..1 as dots on their intervals. The caller shows the same numbers as a table: this is for the eye only. */
export function IntervalChart({ rows }: { rows: Interval[] }) {
  const box = useRef<HTMLDivElement>(null);
  const shape = JSON.stringify(rows);
  useEffect(() => {
    if (!box.current) return;
    const shown = JSON.parse(shape) as Interval[];
    // One row of 34 px each, and the axis.
    box.current.style.height = `${shown.length * 34 + 36}px`;
    const chart = init(box.current, undefined, { renderer: 'svg' });
    const draw = (width: number) =>
      chart.setOption({
        animation: false,
        grid: { left: 8, right: 24, top: 4, bottom: 4, containLabel: true },
        xAxis: {
          type: 'value',
          min: 0,
          max: 1,
          interval: width < 480 ? 0.5 : 0.25,
          axisLabel: { formatter: (share: number) => `${share * 100}%`, color: '#16302f' },
        },
        yAxis: {
          type: 'category',
          inverse: true,
          data: shown.map(({ name }) => name),
          axisTick: { show: false },
          axisLabel: {
            width: width < 480 ? 110 : 220,
            overflow: 'truncate',
            color: '#16302f',
            fontSize: 13,
            fontFamily: 'Be Vietnam Pro',
          },
        },
        series: [
          {
            type: 'bar',
            stack: 'interval',
            data: shown.map(({ low }) => low),
            itemStyle: { color: 'transparent' },
          },
          {
            type: 'bar',
            stack: 'interval',
            barWidth: 12,
            data: shown.map(({ low, high }) => high - low),
            itemStyle: { color: '#a3d3cf', borderRadius: 4 },
          },
          {
            type: 'scatter',
            symbolSize: 12,
            data: shown.map(({ value }, index) => [value, index]),
            itemStyle: { color: '#084c4c' },
          },
        ],
      });
    draw(box.current.clientWidth);
    const fit = new ResizeObserver(([entry]) => {
      chart.resize();
      if (entry) draw(entry.contentRect.width);
    });
    fit.observe(box.current);
    return () => {
      fit.disconnect();
      chart.dispose();
    };
  }, [shape]);
  return <div ref={box} className="bars" data-rows={rows.length} aria-hidden="true" />;
}
