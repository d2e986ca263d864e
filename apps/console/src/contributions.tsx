import { BarChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Contribution } from './api.ts';
import { useWords } from './i18n.ts';
import { useCueName } from './marks.tsx';
import { featureName, stageName } from './term-names.ts';

use([BarChart, GridComponent, SVGRenderer]);

/** The terms of the risk sum as bars, largest first; the same as a list for those who do not see the bars. */
export function Contributions({ terms }: { terms: Contribution[] }) {
  const { t, value, lang } = useWords();
  const cueName = useCueName();
  const nameOf = (kind: string, id: string) => {
    if (kind === 'cue') return cueName(id);
    if (kind === 'feature') return featureName(id, lang);
    return kind === 'stage' ? stageName(id, lang) : value(kind);
  };
  const box = useRef<HTMLDivElement>(null);
  const named = terms.map(({ kind, id, weight }) => ({
    name: nameOf(kind, id),
    weight,
  }));
  const shape = JSON.stringify(named);
  useEffect(() => {
    if (!box.current) return;
    const rows = JSON.parse(shape) as typeof named;
    // One row of 30 px a term, whatever their number.
    box.current.style.height = `${rows.length * 30 + 12}px`;
    const chart = init(box.current, undefined, { renderer: 'svg' });
    chart.setOption({
      animation: false,
      grid: { left: 8, right: 48, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: 'value', axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: rows.map(({ name }) => name),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: {
          width: 210,
          overflow: 'truncate',
          color: '#16302f',
          fontSize: 13,
          fontFamily: 'Be Vietnam Pro',
        },
      },
      series: [
        {
          type: 'bar',
          data: rows.map(({ weight }) => ({
            value: Math.round(weight * 100) / 100,
            itemStyle: { color: weight < 0 ? '#b9cbc9' : '#0b6e6e', borderRadius: 4 },
            label: { show: true, position: weight < 0 ? 'insideLeft' : 'right', color: '#16302f' },
          })),
        },
      ],
    });
    const fit = new ResizeObserver(() => chart.resize());
    fit.observe(box.current);
    return () => {
      fit.disconnect();
      chart.dispose();
    };
  }, [shape]);
  if (terms.length === 0) return null;
  return (
    <figure className="chart">
      <figcaption>{t('whyAbout')}</figcaption>
      <div ref={box} className="bars" data-terms={terms.length} aria-hidden="true" />
      <ul className="visually-hidden">
        {named.map(({ name, weight }) => (
          <li key={name}>
            {name}: {weight}
          </li>
        ))}
      </ul>
    </figure>
  );
}
