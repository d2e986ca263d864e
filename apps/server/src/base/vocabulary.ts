import { z } from 'zod';

/** Age bands (never one boolean: national "child" is under 16, the Convention and NCMEC use 18). */
export const AgeBand = z
  .enum(['under-13', '13-15', '16-17', '18-24', 'adult', 'unknown'])
  .meta({ id: 'AgeBand' });
export type AgeBand = z.infer<typeof AgeBand>;

export const Harm = z
  .enum(['grooming', 'manipulation', 'sextortion', 'trafficking', 'scam', 'image-abuse', 'bullying'])
  .meta({ id: 'Harm' });
export type Harm = z.infer<typeof Harm>;

export const Level = z.enum(['none', 'watch', 'elevated', 'high', 'critical']).meta({ id: 'Level' });
export type Level = z.infer<typeof Level>;

/** Index of a level in rising order: none 0 … critical 4. */
export function rank(level: Level): number {
  return Level.options.indexOf(level);
}

export const LocalText = z.object({ vi: z.string(), en: z.string() }).meta({ id: 'LocalText' });
export type LocalText = z.infer<typeof LocalText>;

/** An account as an event names it: pseudonymous id and the age band the platform knows. */
export const Party = z
  .strictObject({ id: z.string().min(1).max(128), ageBand: AgeBand })
  .meta({ id: 'Party' });
export type Party = z.infer<typeof Party>;

/** True for bands under 18 (UN Convention against Cybercrime Art 14: child = under 18). */
export function isMinor(band: AgeBand): boolean {
  return band === 'under-13' || band === '13-15' || band === '16-17';
}

export const OrganisationKind = z.enum(['platform', 'hotline', 'police', 'school']);
export type OrganisationKind = z.infer<typeof OrganisationKind>;

export const Role = z.enum([
  'moderator',
  'lead',
  'counsellor',
  'police-liaison',
  'teacher',
  'analyst',
  'admin',
  'auditor',
]);
export type Role = z.infer<typeof Role>;
