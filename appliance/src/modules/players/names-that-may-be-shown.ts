import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';

const english = englishDataset.build();

/** Names that people have, and that hold a bad word by chance: nobody is turned away at the door for their name. */
const namesOfPeople = [
  'analia',
  'analisa',
  'analía',
  'annalisa',
  'cumming',
  'dickey',
  'dickinson',
  'dickson',
  'dikshit',
  'fagan',
  'fagerstrom',
  'kikelomo',
  'penistone',
  'rapert',
  'semenov',
  'shitara',
  'shitole',
  'shittu',
  'slutsky',
  'van dyke',
];

const matcher = new RegExpMatcher({
  ...english,
  ...englishRecommendedTransformers,
  whitelistedTerms: [...(english.whitelistedTerms ?? []), ...namesOfPeople],
});

/** False for a name that holds profanity, also in the usual disguises. English only so far. */
export const mayBeShown = (name: string): boolean => !matcher.hasMatch(name);
