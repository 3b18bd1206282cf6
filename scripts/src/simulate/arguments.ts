import { InvalidArgumentError } from 'commander';

export const positive = (text: string): number => {
  const figure = Number(text);
  if (!Number.isFinite(figure) || figure <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return figure;
};

export const whole = (text: string): number => {
  if (!/^\d+$/u.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

export const port = (text: string): number => {
  const number = whole(text);
  if (number < 1 || number > 65_535) throw new InvalidArgumentError('It must be a port.');
  return number;
};
