"""tokens.json, tokens-random.json and unicode-classes.json: what the tokenizer does with hard text."""
import itertools
import json

SEED, STRINGS, SHOWN = 1, 10_000, 8
MASK = (1 << 64) - 1
ASCII_PICKS = " \t\n\r'.,!0123456789stmdlv"
MARKS = [0x200D, 0xFE0F, 0xFE0E, 0x20E3, 0x1F3FB, 0x1F3FC, 0x1F3FF, 0x1F1E6, 0x1F1FA, 0x1F1F8, 0x1F468, 0x1F469,
         0x1F467, 0x2764, 0x1F600, 0x1F680, 0x1F308, 0x1F3F3, 0x0301, 0x0300, 0x0308, 0x0323, 0x0327, 0x0345,
         0x0061, 0x0065, 0x1100, 0x1161, 0x11A8, 0x0915, 0x094D, 0x093C]

HARD = [
    "", " ", "  ", "   a", "a   ", "a  b", "\n", "\n\n", "\r\n", "\r\n\r\n", " \n", "\n ", "a\n b", "a \n\n  b",
    "\t", "\t\tx", " \t \n\t x", "\r", "a\rb", "\n \n \n", "x\n\n\n   ", "\v\f", "\x1c\x1d\x1e\x1f", "\x85", "a\x85b",
    "Describe picture 2.", "What is at row 3 column 4 in picture 1?", "red star, blue ring", "Picture 1: ",
    "I'll I'LL i'Ll we've WE'VE don't DON'T it's IT'S 's 'S 'ſ 'T 't 're 'Re 'm 'M 'd 'D 'x ' s",
    "ſ ſt 'ſ'ſx I'ſ", "K K kelvin", "'\u017fs 'S\u0301", "''s '''t", "a's's", "'s", " 's", "x'", "’s ’LL",
    "0 1 12 123 1234567890", "3.14159 -2e10 0x1F 1,000,000", "12th 2nd x2y3", "½ ² Ⅻ ⑳ ৩ ४५ ٣٤ ๓ 一二三 〇", "１２３ Ａｂｃ",
    "!!! ??? ... --- ***", "!?\n", "...\n\nx", " (a) [b] {c}", "a.b,c;d:e", "#@$%^&*()_+-=[]{}|\\:\";'<>?,./`~", "$ € ₿ ∑ √ ≠",
    "é e\u0301", "\u212b \u00c5 A\u030a", "\u2126 \u03a9", "ﬁ ﬂ ﬃ", "\u1e9b\u0323 \u017f\u0323\u0307", "q\u0307\u0323 q\u0323\u0307",
    "\u0958 \u0915\u093c", "\u0344 \u0308\u0301", "한글 \u1112\u1161\u11ab\u1100\u1173\u11af", "\uac00\u11a8 \u1100\u1161\u11a8",
    "\u2add\u0338", "\u0f73\u0f75", "\ufb1d \u05d9\u05b4", "a\u0315\u0300\u05ae\u0062", "\u0301", "\u0301a", " \u0301", "e\u0301\u0301\u0327",
    "\u1e14\u0304", "\U0001d15e \U0001d157\U0001d165", "\u2f800 \U0002f800", "\uf900 \u8c48", "\u0340\u0341\u0343",
    "naïve café résumé Straße İstanbul ıI", "Привет, мир! Ёлка й и\u0306", "Γειά σου Κόσμε ΐ", "Ǆ ǅ ǆ ʼn ŉ",
    "你好，世界。图片里有什么？", "漢字かな交じり文 カタカナ ｶﾀｶﾅ が か\u3099", "안녕하세요 세계", "𠀀𠮷 㐀", "「」『』【】〜・ー",
    "السلام عليكم ورحمة", "مُحَمَّد", "שלום עולם שָׁלוֹם", "\u200fעברית\u200e abc", "नमस्ते दुनिया क्षत्रिय", "ก่อน สวัสดีชาวโลก น้ำ",
    "தமிழ் కన్నడ ਪੰਜਾਬੀ বাংলা", "ភាសាខ្មែរ မြန်မာ ລາວ", "ᏣᎳᎩ ꮳꮃꭹ ᚠᚢᚦ 𐌰𐌱 𓀀𓂀", "ქართული Ⴀ Ა", "ⴰⵎⴰⵣⵉⵖ ⵯ", "Tiếng Việt Ti\u0065\u0302\u0301ng",
    "😀", "👩‍🚀", "👨‍👩‍👧‍👦", "🏳️‍🌈 🏴‍☠️", "👍🏽👍🏿", "🇩🇪🇺🇸🇦", "1️⃣ #️⃣ *️⃣", "❤️ ❤ ❤︎", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "a😀b 😀 😀😀\n", "🙂🙂🙂 red star", "♥ ★ ☆ ♦ ○ ◆",
    "\u00a0", "a\u00a0b", "\u2003x\u2009y\u200az", "\u3000全角", "\u1680\u180e\u202f\u205f", "\u2028\u2029x", "\u200b\u200c\u200d\u2060", "\ufeffBOM",
    "a \u00a0 b", "\u00a0\u00a0\n", " \u2003\n\u2003 ", "\u00ad soft\u00adhyphen",
    "\x00", "a\x00b", "\x00\x01\x02\x03", "\x07\x08\x1b[31m", "\x7f\x80\x9f", "\ufffd", "\ufffe\uffff", "\ufdd0\ufdef", "\U0001fffe\U0010ffff",
    "\ue000\uf8ff", "\U000f0000\U00100000", "\u0378\u0379", "\U000e0001", "\u202e override \u202c", "\U0001f9ff\U0001fae8",
    "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", "<|vision_start|><|image_pad|><|image_pad|><|vision_end|>",
    "a<|im_end|>b", " <|im_end|> ", "<|im_end|>\n\n", "<|im_end|", "<|im_end |>", "|im_end|>", "<|<|im_end|>|>", "<|im_start|><|im_start|>",
    "<|IM_END|>", "<tool_call>x</tool_call>", "<tool_call", "<|endoftext|>", "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>",
    "e<|im_end|>\u0301", "<|object_ref_start|>star<|object_ref_end|><|box_start|>(1,2)<|box_end|>", "<|video_pad|>", "<|vision_pad|>",
    "<|repo_name|>a<|file_sep|>", "'<|im_end|>s", "<|im_end|>'s", "a <|im_end|>\u00a0",
    "a" * 300, "star" * 100, " " * 100, "\n" * 50, "ab " * 80, "é" * 120, "e\u0301" * 60, "你" * 100, "😀" * 40, "1" * 60, "!" * 90,
    "a" + "\u0301" * 40, "Aa" * 70 + "1" * 5 + " " * 7 + "!?" * 9, "aBcDeFgHiJkLmNoPqRsTuVwXyZ", "thequickbrownfoxjumpsoverthelazydog" * 4,
    "    def f(x):\n        return x  # ok\n\n\n", "{\"a\": [1, 2.5, null], \"b\": \"\\u00e9\"}", "https://example.org/a?b=c&d=%20#e",
    "C:\\dir\\file.txt", "line1\r\nline2\rline3\nline4\n\r", "tab\tsep\tvalues\n", "a\n\n\nb\r\n\r\nc", "x \n", "x \r\n y", "-\n-", "\n-", " -\r\n",
]


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


def random_scalar(random):
    pick = random.next() % 8
    if pick <= 2:
        return 0x20 + random.next() % (0x7E - 0x20 + 1)
    if pick == 3:
        return ord(ASCII_PICKS[random.next() % len(ASCII_PICKS)])
    if pick == 4:
        return 0xC0 + random.next() % (0x52F - 0xC0 + 1)
    if pick == 5:
        return 0x4E00 + random.next() % (0x9FFF - 0x4E00 + 1)
    if pick == 6:
        scalar = random.next() % (0x110000 - 0x800)
        return scalar + 0x800 if scalar >= 0xD800 else scalar
    return MARKS[random.next() % len(MARKS)]


def random_strings():
    random = SplitMix64(SEED)
    for _ in range(STRINGS):
        length = random.next() % 24
        yield "".join(chr(random_scalar(random)) for _ in range(length))


def fnv1a(data, value=0xCBF29CE484222325):
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def little_endian(ids):
    return b"".join(token.to_bytes(4, "little") for token in ids)


def make(reference, folder):
    def encode(text):
        return reference.tokenizer.encode(text, add_special_tokens=False)

    rows = ",\n".join(json.dumps({"text": text, "ids": encode(text)}) for text in HARD)
    (folder / "tokens.json").write_text(f'{{"strings":[\n{rows}\n]}}\n')

    hashes, counts, first, text_hash, other = [], [], [], 0xCBF29CE484222325, 0
    for text in random_strings():
        ids = encode(text)
        other += ids != reference.processor.tokenizer.encode(text, add_special_tokens=False)
        hashes.append(f"{fnv1a(little_endian(ids)):016x}"[:8])
        counts.append(len(ids))
        text_hash = fnv1a(text.encode(), text_hash)
        if len(first) < SHOWN:
            first.append({"text": text, "ids": ids})
    content = {"seed": SEED, "strings": STRINGS, "text_hash": f"{text_hash:016x}", "first": first,
               "counts": counts, "hashes": "".join(hashes)}
    (folder / "tokens-random.json").write_text(json.dumps(content) + "\n")
    make_classes(reference, folder)
    return {"strings_that_Qwen2Tokenizer_encodes_otherwise": other}


def make_classes(reference, folder):
    """Which scalars the pattern's \\p{L}, \\p{N} and \\s mean, asked of the pre-tokenizer itself."""
    split = reference.tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str
    found = {"letters": [], "numbers": [], "spaces": []}
    for value in itertools.chain(range(0xD800), range(0xE000, 0x110000)):
        character = chr(value)
        # A letter joins the letter before it. Of the rest only "other" joins a "!" before it, or is a line
        # break. A number never joins a space before it; other spaces do.
        if len(split("a" + character)) == 1:
            found["letters"].append(value)
        elif character in "\r\n":
            found["spaces"].append(value)
        elif len(split("!" + character)) == 2:
            found["numbers" if len(split(" " + character)) == 2 else "spaces"].append(value)
    ranges = {name: as_ranges(values) for name, values in found.items()}
    (folder / "unicode-classes.json").write_text(json.dumps(ranges) + "\n")


def as_ranges(values):
    ranges = []
    for value in values:
        if ranges and ranges[-1][1] + 1 == value:
            ranges[-1][1] = value
        else:
            ranges.append([value, value])
    return ranges
