import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Meaning, meaningOf, normalised, stopWords } from './meaning.ts';

const meanings: Readonly<Record<Meaning, readonly string[]>> = {
  coming: [
    '1',
    ' 1 ',
    '1.',
    '"1"',
    '1!!!',
    '1️⃣',
    '①',
    '１',
    '١',
    '۱',
    '१',
    '𝟙',
    '1 👍',
    '1 thanks!',
    'ok 1',
    'OK, 1. Thank you!',
    '1 please',
    '1, on my way',
    '1 we are coming',
    "1 I'm here",
    '1 1 1',
    '1\n\nThanks',
    '1 gracias',
    '1, estoy en camino',
    '1 merci, j’arrive',
    '1 bitte',
    '1 danke, komme',
    '1です',
    '１ お願いします',
    '1 شكرا',
    '١ نعم',
  ],
  more_time: [
    '2',
    '2️⃣',
    '２',
    '٢',
    '2 please',
    '2 sorry, running late',
    'sorry 2',
    '2 I need more time',
    '2 más tiempo por favor',
    '2 désolé',
    '2 später',
    '2 待って',
    '2 آسف',
  ],
  leave: ['9', '9️⃣', '９', '٩', '9 thanks', 'sorry, 9', '9 bye', '9 adiós', '9 désolé', '9 Tschüss', '9 آسف'],
  opt_out: [
    ...[
      'STOP',
      'stop',
      'Stop.',
      'STOP!',
      '“stop”',
      'S T O P',
      's.t.o.p',
      'STOOOP',
      'stopp',
      'STOPALL',
      '🛑 stop',
    ],
    ...['ＳＴＯＰ', 'st\u200bop', 'STOP\u0000', 'stop 1', '1 stop', 'ok stop', 'Stop please', 'Please stop'],
    ...[
      'UNSUBSCRIBE',
      'End',
      'quit',
      'Revoke',
      'OPTOUT',
      'opt-out',
      'opt out',
      'Cancel',
      'REMOVE',
      'td',
      'unsub',
    ],
    ...[
      'please stop texting me',
      'stop sending me this',
      'I want to opt out',
      'could you please opt me out of this',
    ],
    ...[
      'remove me',
      'please remove my number',
      'take me off',
      'no more texts',
      'No more',
      'no more messages pls',
    ],
    ...[
      "don't text me again",
      'do not message me',
      'leave me alone',
      'cancel my texts',
      'how do I unsubscribe',
    ],
    ...[
      'PARA',
      'para por favor',
      'Alto',
      'BAJA',
      'quiero darme de baja',
      'no más mensajes',
      'no me envíen más',
    ],
    ...['dejen de escribirme', 'cancelar', 'por favor paren', 'basta'],
    ...[
      'ARRET',
      'arrêt',
      'Arrêtez',
      'Stop svp',
      'désabonner',
      'me désinscrire',
      'plus de messages',
      'ne m’envoyez plus rien',
    ],
    ...['STOPP', 'Abmelden', 'bitte abmelden', 'keine SMS mehr', 'Hören Sie auf', 'aufhören'],
    ...[
      '停止',
      '配信停止',
      '停止してください',
      'もう送らないでください',
      'やめて',
      'ストップ',
      '退会します',
      '解除',
    ],
    ...['توقف', 'إيقاف', 'أوقف', 'إلغاء', 'الغاء الاشتراك', 'لا ترسلوا لي رسائل', 'قف', 'تَوَقَّف'],
  ],
  opt_in: ['START', 'start', 'Start please', 'UNSTOP', 'unstop!'],
  yes: ['YES', 'yes', 'Yes please', 'Yes, thank you'],
  help: ['HELP', 'help', 'Help!', 'INFO', 'info please', 'ayuda', 'aide', 'Hilfe', 'ヘルプ', 'مساعدة'],
  unclear: [
    ...[
      '',
      ' ',
      '👍',
      '?',
      'ok',
      'thanks',
      'hello',
      'who is this',
      'call me',
      '\ud800',
      '\u0000',
      '9'.repeat(1_000),
    ],
    ...['3', '0', '10', '11', '12', '19', '91', '1 2', '1 or 9', '1/2', '2 9', '1.5', '-', '1 9', '#1?'],
    ...[
      '1 minute',
      '1 min',
      '2 minutes away',
      '2 mins',
      '2 of us are here',
      'we are 9',
      'are we 2',
      '9 people',
    ],
    ...[
      '1?',
      'is 1 coming',
      '1st',
      'A042',
      'A042 1',
      'table 2',
      '2 late 1',
      '1 no',
      '1 not coming',
      '1 leave',
    ],
    ...['I am not coming 9', '9 coming', '2 adults 1 child', '12:01', '+1 415 555 0123', 'at 9'],
    ...["don't stop", 'please do not stop texting', 'never remove me', 'where do I stop', 'bus stop'],
    ...[
      'help I cannot find the entrance',
      'start when?',
      'yes but I am late',
      'para cuándo',
      'pare um momento',
    ],
    ...['no more time?', 'the end', 'fin de la cola', '何時ですか', 'متى', 'いち', 'one', 'uno', 'كم'],
  ],
};

describe.each(Object.entries(meanings))('%s', (meaning, texts) => {
  test.each(texts)('%j', (text) => {
    expect(meaningOf(text)).toBe(meaning);
  });
});

describe('whatever comes in', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc
      .array(fc.constantFrom('1', '2', '9', 'STOP', 'ok', '\ud83d', '️', '٩', ' ', '?', 'ß', 'ﷺ'), {
        maxLength: 40,
      })
      .map((parts) => parts.join('')),
  );

  test('means something', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(Object.keys(meanings)).toContain(meaningOf(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test('is the same again once it is normalised', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(normalised(normalised(text))).toBe(normalised(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('opts out when a stop word comes first, however it is written and whatever follows', () => {
    const before = fc.constantFrom('', ' ', '"', '…', '🛑 ', '\n', '-- ', '\u200b');
    const between = fc.constantFrom(' ', '. ', '!', ', ', '\n', '/', ' 👋 ');
    const written = fc.constantFrom(
      (word: string) => word,
      (word: string) => word.toLowerCase(),
      (word: string) => word.normalize('NFKD'),
      (word: string) => [...word].map((letter) => `${letter}\u0301`).join(''),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...stopWords),
        written,
        before,
        between,
        anything,
        (word, write, start, gap, rest) => {
          expect(meaningOf(`${start}${write(word)}${gap}${rest}`)).toBe('opt_out');
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('is read in bounded time', () => {
    expect(meaningOf('stop '.repeat(200_000))).toBe('opt_out');
    expect(meaningOf('1'.repeat(1_000_000))).toBe('unclear');
    expect(meaningOf('1 '.repeat(500_000))).toBe('coming');
  });
});
