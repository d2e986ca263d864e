export { combine, type SecondReading } from './combine.ts';
export { loadSecondReader, type SecondReader } from './load-reader.ts';
