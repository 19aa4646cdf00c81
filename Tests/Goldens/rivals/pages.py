"""Quest: pages that are chosen anew at every step; nothing is evicted for good."""

import numpy as np

from common import Head, Plan, largest, window_rows

WINDOW = 32


def page_plan(page, least, cap):
    """(page size, pages per step): smaller pages where the least number of pages passes the budget."""
    while page > 1 and least * page > cap:
        page //= 2
    return page, max(1, cap // page)


def quest(evidence, cap, p, margins):
    """The initial pages of every head: the largest sums of window attention. The tail is resident too."""
    tokens = evidence.tokens
    page, selected = page_plan(p["page"], p["minPages"], cap)
    rows = window_rows(WINDOW, cap)
    count = tokens // page
    attention = evidence.window(rows)
    heads, initial = [], []
    for layer in range(evidence.layers):
        for head in range(evidence.kv_heads):
            if layer < p["dense"]:
                heads.append(Head(tokens, list(range(tokens))))
                initial.append(None)
                continue
            sums = [float(attention[layer, head, i * page : (i + 1) * page].sum()) for i in range(count)]
            pages = best_pages(sums, selected, margins)
            kept = [j for i in pages for j in range(i * page, (i + 1) * page)]
            heads.append(Head(selected * page, kept + list(range(count * page, tokens))))
            initial.append(pages)
    return Plan(cap, rows, heads, page, selected, initial)


def best_pages(sums, selected, margins):
    """The `selected` pages with the largest sums, ascending."""
    return largest(np.asarray(sums), range(len(sums)), selected, margins, "page")
