/** A measurement as it is read: no more digits than it is worth. */
export function figure(value: number, unit: string): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const shown = (Math.abs(Number(value.toFixed(digits))) === 0 ? 0 : value).toFixed(digits).replace('-', '−');
  return unit === '1' ? shown : `${shown} ${unit}`;
}
