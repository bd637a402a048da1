import { language, say } from './i18n.js';
import { colours } from './theme.js';
import type { CheckpointView } from '@app/sdk';

const [WIDTH, HEIGHT] = [640, 280];
const SPACE = { left: 64, right: 16, top: 14, bottom: 30 };

/** A round step for about `parts` marks up to `span`: 1, 2 or 5 times a power of ten. */
function stepOf(span: number, parts: number): number {
  const power = 10 ** Math.floor(Math.log10(span / parts));
  return Math.max(1, power * ([1, 2, 5, 10].find((factor) => span / (factor * power) <= parts) ?? 10));
}

/** How many leaves were published when: between two checkpoints the tree stays, so it is drawn in steps. */
export function Growth({ of }: { of: readonly Pick<CheckpointView, 'size' | 'publishedAt'>[] }) {
  const points = of.map(({ size, publishedAt }) => ({ size, at: new Date(publishedAt).getTime() })).toReversed();
  const [first, last] = [points[0]!, points.at(-1)!];
  const [start, span] = [first.at, Math.max(1, last.at - first.at)];
  const bottom = points.length > 1 ? first.size : 0;
  const height = Math.max(1, last.size - bottom);
  const x = (at: number) => SPACE.left + ((at - start) / span) * (WIDTH - SPACE.left - SPACE.right);
  const y = (size: number) => HEIGHT - SPACE.bottom - ((size - bottom) / height) * (HEIGHT - SPACE.top - SPACE.bottom);
  const step = stepOf(height, 5);
  const marks: number[] = [];
  for (let mark = Math.ceil(bottom / step) * step; mark <= last.size; mark += step) marks.push(mark);
  const line = points.map(({ at, size }, i) => (i === 0 ? `M${x(at)},${y(size)}` : `H${x(at)}V${y(size)}`)).join('');
  const timeOf = (at: number) =>
    new Date(at).toLocaleString(language(), {
      timeZone: 'Asia/Shanghai',
      ...(span > 86_400_000 ? { dateStyle: 'medium' } : { timeStyle: 'medium' }),
    });
  const about = say('growthAbout', { n: points.length, from: first.size, to: last.size });
  return (
    <figure className="growth">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={about}>
        {marks.map((mark) => (
          <g key={mark}>
            <line x1={SPACE.left} x2={WIDTH - SPACE.right} y1={y(mark)} y2={y(mark)} stroke="#e3e9f1" />
            <text x={SPACE.left - 8} y={y(mark) + 4} textAnchor="end">
              {mark.toLocaleString(language())}
            </text>
          </g>
        ))}
        <path d={`${line}V${HEIGHT - SPACE.bottom}H${x(start)}Z`} fill={colours.sky} fillOpacity={0.18} />
        <path d={line} fill="none" stroke={colours.blue} strokeWidth={2} />
        {points.map(({ at, size }) => (
          <circle key={size} cx={x(at)} cy={y(size)} r={points.length > 40 ? 2 : 3.5} fill={colours.blue}>
            <title>{`${size.toLocaleString(language())} · ${timeOf(at)}`}</title>
          </circle>
        ))}
        <text x={SPACE.left} y={HEIGHT - 8}>
          {timeOf(start)}
        </text>
        <text x={WIDTH - SPACE.right} y={HEIGHT - 8} textAnchor="end">
          {timeOf(last.at)}
        </text>
      </svg>
      <figcaption>{about}</figcaption>
    </figure>
  );
}
