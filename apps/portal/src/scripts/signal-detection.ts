export interface Counts {
  hits: number;
  misses: number;
  falseAlarms: number;
  correctRejections: number;
}

/** How well somebody tells harmful from genuine (d′), and to which side they lean (c > 0: trusting). */
export interface Sensitivity {
  dPrime: number;
  bias: number;
  clarity: 'clear' | 'fair' | 'unclear';
  lean: 'trusting' | 'suspicious' | 'balanced';
}

/** Signal detection with the log-linear correction (Hautus 1995), so that 0 and 100 % stay finite. */
export function sensitivityOf({ hits, misses, falseAlarms, correctRejections }: Counts): Sensitivity {
  const hitRate = (hits + 0.5) / (hits + misses + 1);
  const alarmRate = (falseAlarms + 0.5) / (falseAlarms + correctRejections + 1);
  const dPrime = quantile(hitRate) - quantile(alarmRate);
  const bias = -(quantile(hitRate) + quantile(alarmRate)) / 2;
  return {
    dPrime,
    bias,
    clarity: dPrime >= 1.8 ? 'clear' : dPrime >= 0.8 ? 'fair' : 'unclear',
    lean: bias > 0.35 ? 'trusting' : bias < -0.35 ? 'suspicious' : 'balanced',
  };
}

/** Quantile of the standard normal distribution for 0 < p < 1, by bisection. */
function quantile(p: number): number {
  let low = -6;
  let high = 6;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (cumulative(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Abramowitz and Stegun 26.2.17: error below 7.5e-8. */
function cumulative(z: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    k *
    (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
