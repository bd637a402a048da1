const block = ['name', 'kind', 'idNumber', 'contact', 'phone', 'address', 'operatingStatus'];
const data = [
  'name',
  'abstract',
  'industry',
  'source',
  'region',
  'timeRange',
  'updateFrequency',
  'volume',
  'media',
  'structure',
  'restrictions',
];

/** What a form can ask for: each has a place in what is filed, and in no other could anybody enter it. */
export const formFields: ReadonlySet<string> = new Set([
  ...['applicant', 'transferor', 'transferee'].flatMap((side) => block.map((field) => `${side}.${field}`)),
  ...data.map((field) => `data.${field}`),
  'rights.configuration',
  'certificateNumber',
  'transfer.content',
  'change.items',
  'renewal.request',
  'cancellation.reason',
]);
