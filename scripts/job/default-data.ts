import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Description } from './offer.js';

/** A real data set that comes with a public package: daily weather of Seattle, 2012–2015 (vega-datasets, from NOAA). */
const main = createRequire(import.meta.url).resolve('vega-datasets');
export const DEFAULT_DATA = join(dirname(main), '../data/seattle-weather.csv');

export const DEFAULT_DESCRIPTION: Description = {
  name: '2012—2015年西雅图气象业逐日天气观测表',
  abstract:
    '西雅图逐日降水、最高与最低气温、风速和天气类型的观测记录。 Daily precipitation, temperatures, wind and weather type observed in Seattle.',
  timeFrom: '2012-01-01',
  timeTo: '2015-12-31',
  regionText: '美国西雅图 Seattle, USA',
};
