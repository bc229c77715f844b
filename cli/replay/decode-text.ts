import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ReplayRefusal } from './refusal.ts';

/** UTF-8 unless the file's byte-order mark says UTF-16 or `asked` names another encoding of the WHATWG list. */
export async function encodingOfFile(file: string, asked: string | null): Promise<string> {
  if (asked !== null) {
    try {
      return new TextDecoder(asked).encoding;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ReplayRefusal(`--encoding ${asked} is not known. Try utf-8, windows-1252 or utf-16le.`);
    }
  }
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer[0] === 0xff && buffer[1] === 0xfe) return 'utf-16le';
    if (buffer[0] === 0xfe && buffer[1] === 0xff) return 'utf-16be';
    return 'utf-8';
  } finally {
    await handle.close();
  }
}

/**
 * The file as pieces of text, its byte-order mark taken off.
 * @throws ReplayRefusal when the bytes are not of that encoding: a guess would store wrong letters for good.
 */
export async function* decodeText(file: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let bytesBefore = 0;
  const decode = (chunk: Uint8Array, last: boolean) => {
    try {
      return decoder.decode(chunk, { stream: !last });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new ReplayRefusal(
        `${file} is not ${encoding}: what stands after byte ${bytesBefore} cannot be read. ` +
          'Give its encoding, e.g. --encoding windows-1252.',
      );
    }
  };
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const text = decode(chunk, false);
    bytesBefore += chunk.length;
    if (text !== '') yield text;
  }
  const rest = decode(new Uint8Array(0), true);
  if (rest !== '') yield rest;
}
