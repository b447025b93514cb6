#!/usr/bin/env python3
"""Scores figures read from reports against gold annotations.

    score.py TOOL [--floor NAME=VALUE,...] [--errors] [--only DOC] TEXTS:GOLD ...

TEXTS is a folder of texts, GOLD a file of gold lines (JSONL) or a
folder of rows (see load_rows); several pairs may be given. A predicted
line matches a gold line of the same document when their places overlap and their numbers are equal
(value, value_max, k, n, from, to). Told are precision, recall and F1 of the figures found, overall and per
kind; strict F1 (kind, unit, role and period also equal); and on the matched figures the share with equal
kind, unit, role, period and subject, and the mean token F1 of the indicator phrases. With --floor the
program fails when a measure falls below its floor. A folder that is missing is skipped (exit code 77
when all are).
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import unicodedata

NUMBERS = ('value', 'value_max', 'k', 'n', 'from', 'to')
FIELDS = ('kind', 'unit', 'role', 'period', 'subject_unit')


def number(text):
    return float(text) if '.' in text else int(text)


def parse_row(line, subject):
    """quote, phrase, number, unit, kind[:base], role, period, subject, approx; the last two may be left out."""
    quote, phrase, value, unit, kind, role, period, *rest = line.split('\t')
    g = {'quote': quote, 'indicator_phrase': phrase, 'unit': unit, 'role': role, 'period': period,
         'subject_unit': (rest[0] if rest else '') or subject, 'approx': rest[1] if len(rest) > 1 else '',
         'kind': kind.split(':')[0], 'value': None}
    if ':' in kind:
        g['base_kind'] = kind.split(':')[1]
    if kind == 'date_target':
        g['value'] = value
    elif '/' in value:
        g['k'], g['n'] = map(number, value.split('/'))
    elif '->' in value:
        g['from'], g['to'] = map(number, value.split('->'))
    elif '..' in value:
        g['value'], g['value_max'] = map(number, value.split('..'))
    else:
        g['value'] = number(value)
    return g


def load_rows(path, texts):
    """The short form of gold that the project's own texts have: one row per figure in <text>.tsv."""
    doc = os.path.basename(path)[:-4] + '.txt'
    text = unicodedata.normalize('NFC', open(os.path.join(texts, doc), encoding='utf-8').read())
    subject, out = '', []
    for line in open(path, encoding='utf-8').read().splitlines():
        if line.startswith('# subject = '):
            subject = line[12:]
        elif line and not line.startswith('#'):
            g = parse_row(line, subject)
            if text.count(g['quote']) != 1:
                sys.exit(f"{path}: {g['quote']!r} stands {text.count(g['quote'])} times in {doc}")
            out.append({**g, 'doc': doc, 'start': text.index(g['quote'])})
    return out


def load(path, texts):
    if os.path.isdir(path):
        return [g for f in sorted(os.listdir(path)) if f.endswith('.tsv')
                for g in load_rows(os.path.join(path, f), texts)]
    with open(path, encoding='utf-8') as f:
        return [json.loads(line) for line in f if line.strip()]


def same_number(a, b):
    if a is None or b is None:
        return a is b
    try:
        return abs(float(a) - float(b)) < 1e-9
    except ValueError:
        return str(a) == str(b)


def same_numbers(a, b):
    return all(same_number(a.get(k), b.get(k)) for k in NUMBERS)


def overlap(a, b):
    return min(a['start'] + len(a['quote']), b['start'] + len(b['quote'])) - max(a['start'], b['start'])


def words(text):
    return re.findall(r'\w+', unicodedata.normalize('NFC', text or '').lower())


def phrase_f1(a, b):
    x, y = collections.Counter(words(a)), collections.Counter(words(b))
    common = sum((x & y).values())
    if not common:
        return float(not x and not y)
    return 2 * common / (sum(x.values()) + sum(y.values()))


def match(gold, got):
    """Pairs of one document, greedily by the length of the overlap."""
    pairs = sorted(((overlap(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(got)
                    if overlap(g, p) > 0 and same_numbers(g, p)), key=lambda t: (-t[0], t[1], t[2]))
    used_g, used_p, out = set(), set(), []
    for _, i, j in pairs:
        if i not in used_g and j not in used_p:
            used_g.add(i)
            used_p.add(j)
            out.append((gold[i], got[j]))
    missed = [g for i, g in enumerate(gold) if i not in used_g]
    extra = [p for j, p in enumerate(got) if j not in used_p]
    return out, missed, extra


def same_field(name, g, p):
    a, b = str(g.get(name) or ''), str(p.get(name) or '')
    if name == 'period':
        a, b = a.strip(), b.strip()
    else:
        a, b = a.lower(), b.lower()
    return unicodedata.normalize('NFC', a) == unicodedata.normalize('NFC', b)


def read_pair(tool, texts, gold_path, only):
    gold = collections.defaultdict(list)
    for g in load(gold_path, texts):
        gold[g['doc']].append(g)
    docs = sorted(d for d in gold if not only or only in d)
    docs += sorted(d for d in os.listdir(texts) if d.endswith('.txt') and d not in gold and
                   (not only or only in d) and '--all' in sys.argv)
    out = subprocess.run([tool] + [os.path.join(texts, d) for d in docs], check=True,
                         stdout=subprocess.PIPE).stdout.decode('utf-8')
    got = collections.defaultdict(list)
    for line in out.splitlines():
        p = json.loads(line)
        got[p['doc']].append(p)
    return [(d, gold[d], got[d]) for d in docs]


def numbers(d):
    if d['kind'] == 'ratio_k_of_n' or d.get('k') is not None:
        return f"{d.get('k')}/{d.get('n')}"
    if d['kind'] == 'from_to' or d.get('from') is not None:
        return f"{d.get('from')}->{d.get('to')}"
    return f"{d.get('value')}" + (f"..{d['value_max']}" if d.get('value_max') is not None else '')


def show(tag, doc, d):
    print(f"{tag} {doc[:12]} | {d['quote']} | {numbers(d)} {d['unit']} {d['kind']}"
          f" | {d['indicator_phrase']} | {d.get('period')} | {d.get('subject_unit')} | {d.get('role')}")


def rate(a, b):
    return a / b if b else 1.0


def tell_errors(doc, pairs, missed, extra):
    for g in missed:
        show('MISSED', doc, g)
    for p in extra:
        show('EXTRA ', doc, p)
    for g, p in pairs:
        for f in FIELDS:
            if not same_field(f, g, p):
                print(f"{f.upper():12} {doc[:12]} | {g['quote']} | gold {g.get(f)!r} got {p.get(f)!r}")
        score = phrase_f1(g['indicator_phrase'], p['indicator_phrase'])
        if score < 0.8:
            print(f"PHRASE {score:.2f}  {doc[:12]} | {g['quote']} | gold {g['indicator_phrase']!r}"
                  f" got {p['indicator_phrase']!r}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('tool')
    ap.add_argument('pairs', nargs='+')
    ap.add_argument('--floor', default='')
    ap.add_argument('--errors', action='store_true')
    ap.add_argument('--only', default='')
    ap.add_argument('--all', action='store_true')
    args = ap.parse_args()

    n = collections.Counter()
    per_kind = collections.defaultdict(collections.Counter)
    phrase, docs = 0.0, 0
    for pair in args.pairs:
        texts, gold = pair.rsplit(':', 1)
        if not os.path.isdir(texts) or not os.path.exists(gold):
            print(f'skipped: {texts} is not here')
            continue
        for doc, g, p in read_pair(args.tool, texts, gold, args.only):
            docs += 1
            pairs, missed, extra = match(g, p)
            n['tp'] += len(pairs)
            n['fn'] += len(missed)
            n['fp'] += len(extra)
            for x, y in pairs:
                per_kind[x['kind']]['tp'] += 1
                per_kind[x['kind']]['kind'] += same_field('kind', x, y)
                for f in FIELDS:
                    n[f] += same_field(f, x, y)
                n['strict'] += all(same_field(f, x, y) for f in FIELDS[:4])
                phrase += phrase_f1(x['indicator_phrase'], y['indicator_phrase'])
            for x in missed:
                per_kind[x['kind']]['fn'] += 1
            for y in extra:
                per_kind[y['kind']]['fp'] += 1
            if args.errors:
                tell_errors(doc, pairs, missed, extra)
    if not docs:
        print('skipped: no texts')
        sys.exit(77)
    tp = n['tp']
    result = {'precision': rate(tp, tp + n['fp']), 'recall': rate(tp, tp + n['fn'])}
    result['f1'] = rate(2 * tp, 2 * tp + n['fp'] + n['fn'])
    result['strict'] = rate(2 * n['strict'], 2 * tp + n['fp'] + n['fn'])
    for f in FIELDS:
        result['subject' if f == 'subject_unit' else f] = rate(n[f], tp)
    result['phrase'] = phrase / tp if tp else 1.0
    print(f'{docs} texts, {tp + n["fn"]} figures, {tp} matched, {n["fn"]} missed, {n["fp"]} too many')
    print('  '.join(f'{k} {v:.3f}' for k, v in result.items()))
    for kind, c in sorted(per_kind.items()):
        p, r = rate(c['tp'], c['tp'] + c['fp']), rate(c['tp'], c['tp'] + c['fn'])
        print(f"  {kind:16} {c['tp'] + c['fn']:4}  precision {p:.3f}  recall {r:.3f}  "
              f"F1 {rate(2 * c['tp'], 2 * c['tp'] + c['fp'] + c['fn']):.3f}  kind {rate(c['kind'], c['tp']):.3f}")
    low = []
    for floor in filter(None, args.floor.split(',')):
        name, value = floor.split('=')
        if result[name] < float(value):
            low.append(f'{name} {result[name]:.3f} is below its floor {value}')
    print('\n'.join(low))
    sys.exit(1 if low else 0)


main()
