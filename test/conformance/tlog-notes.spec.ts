import {
  addCheckpoint,
  cosignatureTime,
  generateCosignerKey,
  openCheckpoint,
  openNote,
  parseAddCheckpoint,
  parseCosignerSkey,
  parseCosignerVkey,
  parseSkey,
  parseVkey,
  policyOf,
  signNote,
  splitNote,
  verifyCheckpoint,
} from '@app/tlog';

describe('signed notes of other implementations', () => {
  // Example of the package documentation of golang.org/x/mod/sumdb/note.
  const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const SKEY = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
  const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const LINE =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

  it('open', () => {
    expect(openNote(`${TEXT}\n${LINE}`, [parseVkey(VKEY)]).text).toBe(TEXT);
  });

  it('come out byte for byte with the same key', async () => {
    expect(parseSkey(SKEY).vkey).toBe(VKEY);
    await expect(signNote(TEXT, [parseSkey(SKEY)])).resolves.toBe(`${TEXT}\n${LINE}`);
  });

  it('are checkpoints only in the form of one', () => {
    expect(() => openCheckpoint(`${TEXT}\n${LINE}`, [parseVkey(VKEY)])).toThrow('checkpoint is not');
  });

  it('verify as the example of c2sp.org/signed-note', () => {
    const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    const line =
      '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(openNote(`This is an example message.\n\n${line}`, [parseVkey(vkey)]).verified).toHaveLength(1);
  });

  it('name their keys as the checksum database of Go does', () => {
    const vkey = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    expect(parseVkey(vkey)).toMatchObject({ name: 'sum.golang.org', keyId: 0x033de0ae });
  });
});

describe('a checkpoint of a public log, cosigned by public witnesses', () => {
  // A staging log of the Certificate Transparency ecosystem; published as a test vector of another implementation (tlog_scales).
  const CHECKPOINT = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
`;
  const LOG = 'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f';
  const WITNESSES = [
    'transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM',
    'witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO',
    'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
    'witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv',
  ];

  it('satisfies four of four, at the time that they say', () => {
    const { checkpoint, cosigned, note } = verifyCheckpoint(CHECKPOINT, policyOf([LOG], WITNESSES, 4));
    expect(checkpoint).toMatchObject({ origin: 'arche2025h1.staging.ct.transparency.dev', size: 1_432_088_532 });
    expect(cosigned.map(({ time }) => time)).toEqual(Array(4).fill(0x6a122120));
    // The log's other signature is of a type of Certificate Transparency.
    expect(note.unverified).toHaveLength(1);
  });

  it.each(WITNESSES)('falls with any other text for %s', (vkey) => {
    expect(() => openNote(CHECKPOINT.replace('1432088532', '1432088531'), [parseCosignerVkey(vkey)])).toThrow('bad');
  });

  it('has the times where c2sp.org/tlog-cosignature puts them', () => {
    const time = (base64: string): number => cosignatureTime(Buffer.from(base64, 'base64').subarray(4));
    // The examples of the specification, and of transparency-dev/formats.
    const example =
      'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==';
    expect(time(example)).toBe(1_679_315_147);
    const formats =
      'ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==';
    expect(time(formats)).toBe(1_727_964_367);
    const plain = 'eQjRQm6eSKzFoiYalgwCPXu2y3ijtg68is9M46JKxuZB+dRfTmeQeDBoXnvxZx2ugnkyV+MUMLXpWs1hPb/W/4xkNQY=';
    expect(() => time(plain)).toThrow('cosignature of 64 bytes');
  });
});

describe('C2SP tlog-witness', () => {
  it('reads the example of the specification', () => {
    const hashes = `PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=`;
    const checkpoint = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;
    const request = parseAddCheckpoint(`old 20852014\n${hashes}\n\n${checkpoint}`);
    expect(request).toMatchObject({ oldSize: 20_852_014, checkpoint });
    expect(request.proof.map((hash) => Buffer.from(hash).toString('base64')).join('\n')).toBe(hashes);
    expect(splitNote(checkpoint).signatures).toHaveLength(2);
  });

  it('cosigns the checkpoints of a Sigsum log, as litewitness does', async () => {
    // The requests of its test against a race (filippo.io/torchwood, internal/witness).
    const origin = 'sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562';
    const publicKey = 'ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f';
    const one = `old 0

${origin}
1
KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— ${origin} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=
`;
    const three = `old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

${origin}
3
RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=

— ${origin} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=
`;
    const five = `old 1
KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=
KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

${origin}
5
QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=

— ${origin} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=
`;
    const vkey = `${origin}+5202289b+${Buffer.from(`01${publicKey}`, 'hex').toString('base64')}`;
    const key = generateCosignerKey('witness.example/one');
    const stored = new Map<string, string>();
    const witness = {
      logs: new Map([[origin, [parseVkey(vkey)]]]),
      cosigners: [parseCosignerSkey(key.skey)],
      store: {
        load: (of: string) => Promise.resolve(stored.get(of)),
        replace: (of: string, _: string | undefined, next: string) => Promise.resolve(!!stored.set(of, next)),
      },
    };
    const statuses = [];
    for (const request of [three, one, three.replace('KgIA', 'KgMA'), five, three])
      statuses.push((await addCheckpoint(request, witness)).status);
    expect(statuses).toEqual([409, 200, 422, 200, 409]);
    const other = new Map([[origin, one.slice('old 0\n\n'.length)]]);
    const fresh = { ...witness.store, load: (of: string) => Promise.resolve(other.get(of)) };
    expect((await addCheckpoint(three, { ...witness, store: fresh })).status).toBe(200);
    const many = one.replace('old 0\n', `old 0\n${'KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n'.repeat(64)}`);
    expect((await addCheckpoint(many, witness)).status).toBe(400);
  });
});
