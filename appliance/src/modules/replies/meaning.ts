/**
 * What a guest means by a text. One digit answers a call: 1 coming, 2 more time, 9 leave; never a word, because the
 * obvious words opt out at the carriers. `yes` alone is Twilio's word for an opt-in, and means nothing to a phone that
 * has not opted out.
 */
export type Meaning = 'coming' | 'more_time' | 'leave' | 'opt_out' | 'opt_in' | 'yes' | 'help' | 'unclear';

/** As people write it → words in capitals without accents and ASCII digits, with one space between them. */
export function normalised(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}ـ'’‘`´]/gu, '')
    .normalize('NFC')
    .replace(/\p{Nd}/gu, (digit) => String(digitOf(digit)))
    .toUpperCase()
    .replace(/(?<=\d)(?=\p{L})|(?<=\p{L})(?=\d)/gu, ' ')
    .replace(/[^\p{L}\d]+/gu, ' ')
    .trim();
}

/** Decimal digits stand in Unicode ten in a row, from 0 on. */
function digitOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (zero > code - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (code - zero) % 10;
}

const words = (list: string): string[] => list.trim().split(/\s+/u).map(normalised);
const phrases = (list: string): string[] =>
  list
    .trim()
    .split(/\s*\n\s*/u)
    .map(normalised);

/**
 * As the first word of a text they opt out, whatever follows: the defaults of Twilio and AWS, the words of 47 CFR
 * 64.1200(a)(10), and those that people use in the languages we speak.
 */
export const stopWords: ReadonlySet<string> = new Set(
  words(`
    STOP STOPALL UNSUBSCRIBE END QUIT REVOKE OPTOUT CANCEL REMOVE UNSUB
    ALTO BAJA CANCELAR DETENER DETENGA DETENGAN PAREN BASTA
    ARRET ARRETE ARRETER ARRETEZ DESABONNER DESABONNEMENT DESINSCRIRE DESINSCRIPTION
    STOPP ABMELDEN ABMELDUNG ABBESTELLEN AUFHOEREN AUFHÖREN AUSTRAGEN
    توقف توقفوا إيقاف ايقاف أوقف أوقفوا الغاء إلغاء كفى قف
  `),
);

/** They opt out when they are all of a text, but for a please: otherwise they begin sentences, as Spanish `para`. */
const stopWordsAlone: ReadonlySet<string> = new Set(words('PARA PARE FIN TD ENDE HALT TERMINAR SALIR'));

/** They opt out wherever they stand. Whole words; the last ones, in a script without spaces, anywhere. */
const stopPhrases = phrases(`
  PLEASE STOP
  STOP TEXTING
  STOP TEXTS
  STOP TEXT
  STOP MESSAGING
  STOP MESSAGES
  STOP SENDING
  STOP CONTACTING
  STOP IT
  STOP THIS
  STOP NOW
  OPT OUT
  OPT ME OUT
  OPTING OUT
  OPTOUT
  UNSUBSCRIBE
  REMOVE ME
  REMOVE MY NUMBER
  DELETE MY NUMBER
  TAKE ME OFF
  NO MORE TEXTS
  NO MORE TEXT
  NO MORE MESSAGES
  NO MORE SMS
  DONT TEXT
  DONT MESSAGE
  DONT CONTACT
  DONT SEND
  DO NOT TEXT
  DO NOT MESSAGE
  DO NOT CONTACT
  DO NOT SEND
  QUIT TEXTING
  QUIT SENDING
  LEAVE ME ALONE
  WANT TO STOP
  POR FAVOR PARE
  POR FAVOR PAREN
  POR FAVOR PARA
  NO MAS MENSAJES
  NO MAS SMS
  NO MAS TEXTOS
  NO ME ENVIE
  NO ME ENVIEN
  NO ME MANDE
  NO ME MANDEN
  NO ME ESCRIBAN
  NO ENVIAR MAS
  DEJE DE
  DEJEN DE
  DEJA DE
  PARE DE
  PAREN DE
  PARA DE ENVIAR
  PARA DE MANDAR
  DARME DE BAJA
  DAR DE BAJA
  DEME DE BAJA
  PLUS DE SMS
  PLUS DE MESSAGES
  PLUS DE TEXTOS
  NE MENVOYEZ PLUS
  NE M ENVOYEZ PLUS
  NE PLUS RECEVOIR
  ME DESABONNER
  ME DESINSCRIRE
  VEUILLEZ ARRETER
  ARRETEZ DE
  ARRETER DE
  KEINE SMS MEHR
  KEINE NACHRICHTEN MEHR
  KEINE WEITEREN SMS
  KEINE WEITEREN NACHRICHTEN
  BITTE ABMELDEN
  BITTE STOPPEN
  BITTE AUFHÖREN
  HÖREN SIE AUF
  HÖRT AUF
  لا ترسل
  لا ترسلوا
  لا تراسل
  لا تراسلوني
  الغاء الاشتراك
`);
const stopPhrasesWithoutSpaces = words(
  '停止 中止 解除 退会 ストップ やめて やめる 止めて 辞めて 送らないで 送るな 不要です',
);

/** What turns a stop inside a sentence round: nobody who writes this has opted out, and nobody is sure what they want. */
const turnedRound =
  /(?:^| )(?:DONT|DO NOT|NEVER|NOT) (?:STOP|REMOVE|UNSUBSCRIBE|OPT|QUIT|END|CANCEL)(?: |$)/u;

const startWords: ReadonlySet<string> = new Set(words('START UNSTOP'));
const yesWords: ReadonlySet<string> = new Set(words('YES'));
const helpWords: ReadonlySet<string> = new Set(words('HELP INFO AYUDA AIDE HILFE ヘルプ 助けて مساعدة'));

/** Said beside anything, and changing nothing. */
const courtesies = words(`
  PLEASE PLS PLZ THANKS THANK YOU THX TY OK OKAY K KK HI HELLO HEY SIR MAAM GUYS NOW
  POR FAVOR GRACIAS HOLA MUCHAS VALE AHORA YA
  MERCI SVP SIL VOUS PLAIT BONJOUR BEAUCOUP
  BITTE DANKE HALLO SCHON JETZT
  ありがとう ありがとうございます お願いします です
  شكرا لو سمحت من فضلك مرحبا
`);
/**
 * Said beside a digit, and meaning the same as it. `WE ARE` is not beside 2 and 9: nine guests who say how many they
 * are do not leave.
 */
const beside: Readonly<Record<'1' | '2' | '9', ReadonlySet<string>>> = {
  '1': new Set([
    ...courtesies,
    ...words(`
      YES YEP YEAH SURE COMING IM I AM WE WERE ARE WILL BE ON MY OUR THE WAY HERE THERE SOON RIGHT OMW GREAT COOL
      SI VOY VAMOS ESTOY ESTAMOS EN CAMINO LLEGO OUI JARRIVE ARRIVE JE VIENS
      JA ICH KOMME BIN UNTERWEGS WIR KOMMEN SIND はい 行きます 向かいます نعم قادم انا في الطريق
    `),
  ]),
  '2': new Set([
    ...courtesies,
    ...words(`
      SORRY WAIT LATE LATER RUNNING I NEED MORE TIME A BIT LITTLE
      PERDON TARDE MAS TIEMPO ESPERE RETARD DESOLE PLUS DE TEMPS ATTENDEZ
      SPÄTER MEHR ZEIT WARTEN ENTSCHULDIGUNG 待って 遅れます آسف تأخير
    `),
  ]),
  '9': new Set([
    ...courtesies,
    ...words('SORRY BYE LEAVE LEAVING PERDON ADIOS ME VOY DESOLE JE PARS ADIEU TSCHÜSS GEHE 帰ります آسف'),
  ]),
};
const meant = { '1': 'coming', '2': 'more_time', '9': 'leave' } as const;

/** Total: whatever comes in means something, if only that staff have to read it. */
export function meaningOf(text: string): Meaning {
  const plain = normalised(text.slice(0, longest));
  const said = plain.split(' ');
  if (optsOut(plain, said)) return 'opt_out';
  const rest = said.filter((word) => !courtesies.includes(word));
  const only = rest.length === 1 ? rest[0] : undefined;
  if (only !== undefined && startWords.has(only)) return 'opt_in';
  if (only !== undefined && yesWords.has(only)) return 'yes';
  if (only !== undefined && helpWords.has(only)) return 'help';
  return (asks(text) ? undefined : digitIn(said)) ?? 'unclear';
}

const asks = (text: string): boolean => /[?？؟]/u.test(text);

/** Beyond this nobody answers a call any more; also bounds the work. */
const longest = 1_600;

function optsOut(plain: string, said: readonly string[]): boolean {
  const [first = ''] = said;
  // Letters one by one, and a long O: people are angry when they write this.
  if (stopWords.has(first) || /^STO+P+$/u.test(first) || /^S T O P(?: |$)/u.test(plain)) return true;
  if (stopPhrasesWithoutSpaces.some((phrase) => plain.includes(phrase))) return true;
  const rest = said.filter((word) => !courtesies.includes(word));
  if (rest.length === 1 && (stopWords.has(rest[0] ?? '') || stopWordsAlone.has(rest[0] ?? ''))) return true;
  if (plain === 'NO MORE') return true;
  if (turnedRound.test(plain)) return false;
  // A digit and a stop: the stop counts, because only it can do no harm when it is meant otherwise.
  if (said.some((word) => word === 'STOP') && said.every(isDigitOrStop)) return true;
  return stopPhrases.some((phrase) => ` ${plain} `.includes(` ${phrase} `));
}

const isDigitOrStop = (word: string): boolean =>
  word === 'STOP' || /^\d$/u.test(word) || courtesies.includes(word);

/**
 * The digit of a text that says nothing else: `1 thanks!` is an answer, `1 minute` and `2 of us are here` are not, and
 * whoever names two numbers has to be read by a person.
 */
function digitIn(said: readonly string[]): Meaning | undefined {
  const numbers = [...new Set(said.filter((word) => /^\d+$/u.test(word)))];
  const [digit] = numbers;
  if (numbers.length !== 1 || (digit !== '1' && digit !== '2' && digit !== '9')) return undefined;
  return said.every((word) => word === digit || beside[digit].has(word)) ? meant[digit] : undefined;
}
