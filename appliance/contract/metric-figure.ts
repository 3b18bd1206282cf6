/** Metrics that are a part of something: read in hundredths of it. */
const shares = /^(?:rom_|coverage$|regularity$|decrement$|decrement_ratio$|speed_decrement$)/u;
/** As a sentence says it. */
const spoken: Readonly<Record<string, string>> = { '1': '', '1/min': 'a minute' };

/** A measurement as it is read: no more digits than it is worth, and what it is counted in. */
export function figure(metric: string, value: number, unit: string): string {
  const isShare = unit === '1' && shares.test(metric);
  const shown = digits(isShare ? value * 100 : value);
  const counted = isShare ? '%' : (spoken[unit] ?? unit);
  return counted === '' ? shown : `${shown} ${counted}`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  const places = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const shown = value.toFixed(places);
  return (Number(shown) === 0 ? '0' : shown).replace('-', '−');
}
