"""The methods that tell text from pictures: LOOK-M and MadaKV."""

from math import floor


from common import Head, Plan, cut, largest, whole, with_last


def look_m(evidence, cap, p, margins):
    """Text before pictures, by column sums, and the recent half of the budget. Merging is in merging.py."""
    tokens, recent = evidence.tokens, cap // 2
    heavy = cap - recent
    text = [j for j in evidence.text_indices if j < tokens - recent]
    visual = [j for j in evidence.visual_indices if j < tokens - recent]
    heads = []
    for sums in evidence.column_sums().reshape(evidence.heads, tokens):
        best = largest(sums, text, heavy, margins, "text")
        best = best + largest(sums, visual, heavy - len(best), margins, "visual")
        heads.append(Head(cap, with_last(best, recent, tokens)))
    return Plan(cap, None, heads)


def smallest_count(psi, indices, theta, margins):
    """(mass, k): the sum of psi over `indices` and how many of the largest reach theta of it."""
    mass = sum(float(psi[j]) for j in indices)
    limit, reached, count = theta * mass, 0.0, 0
    if limit == 0:
        return mass, 0
    for value in sorted((float(psi[j]) for j in indices), reverse=True):
        if reached >= limit:
            break
        if count > 0:
            margins.compare("mass", reached, limit)
        reached += value
        count += 1
    margins.compare("mass", reached, limit)
    return mass, count


def demands(psi, evidence, theta, margins):
    """(w_v, w_t, k_v + k_t) of one head."""
    seen, pictures = smallest_count(psi, evidence.visual_indices, theta, margins)
    read, words = smallest_count(psi, evidence.text_indices, theta, margins)
    return seen, read, pictures + words


def layer_rows(cap, tokens, demand, margins):
    """Rows of a head in every layer: a layer that asks for more leaves less to the later ones.

    demand: of every layer, k_v + k_t of every head.
    """
    layers = len(demand)
    least = max(1, floor(0.2 * cap))
    most = min(tokens, max(1, floor(2 * cap)))
    rows, phi, again = [], float(cap), float(cap)
    for layer in range(layers):
        phi = min(max(phi, 0.2 * cap), 2.0 * cap)
        again = min(max(again, 0.2 * cap), 2.0 * cap)
        left, later = layers * cap - sum(rows), layers - 1 - layer
        if later == 0:
            rows.append(min(tokens, left))
            break
        wanted = min(max(cut(phi, [again], margins), least), most)
        rows.append(min(wanted, left - least * later))
        asked = demand[layer]
        phi = phi - (sum(asked) / len(asked) - phi) / later
        again = again - sum(count - again for count in asked) / len(asked) / later
    return rows


def split(rows, seen, read, evidence, margins):
    """(visual, text) rows of one head, in proportion to the attention to each."""
    pictures, words = len(evidence.visual_indices), len(evidence.text_indices)
    visual = 0
    if seen + read > 0:
        visual = whole(rows * seen / (seen + read), [rows * (seen / (seen + read))], margins)
    text = min(rows - min(visual, pictures), words)
    return rows - text, text


def madakv(evidence, cap, p, margins):
    """Each modality keeps its own best; the layers' budgets follow what the layers before asked for."""
    tokens, rows = evidence.tokens, min(p["windowRows"], evidence.tokens)
    psi = evidence.window(rows)
    asked = [[demands(head, evidence, p["theta"], margins) for head in layer] for layer in psi]
    given = layer_rows(cap, tokens, [[demand for _, _, demand in layer] for layer in asked], margins)
    heads = []
    for layer, row in enumerate(asked):
        for head, (seen, read, _) in enumerate(row):
            visual, text = split(given[layer], seen, read, evidence, margins)
            best = largest(psi[layer, head], evidence.visual_indices, visual, margins, "visual")
            best = best + largest(psi[layer, head], evidence.text_indices, text, margins, "text")
            heads.append(Head(given[layer], sorted(best)))
    return Plan(cap, rows, heads)
