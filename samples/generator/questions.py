"""Chooses what is in the pictures and asks about it; all randomness comes from one numpy generator."""
import numpy as np

from drawing import (CODE_COUNT, COLOR_COUNT, COLOR_NAMES, DOCUMENT, FIRST_DIGIT, FIRST_LETTER, FIRST_OBJECT,
                     LETTERS, SCENE, SHAPE_COUNT, SHAPES, object_name)

TASKS = ["caption", "color", "shape", "needle", "docqa", "at", "count"]


class Generator:
    """The same seed and the same calls give the same pictures and questions."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    # Pictures

    def scene(self, rows, columns, fewest, most):
        rng = self.rng
        count = int(rng.integers(fewest, min(most, rows * columns) + 1))
        cells = np.zeros(rows * columns, np.int64)
        places = rng.permutation(rows * columns)[:count]
        # A limited palette makes several objects share a colour, so that counting means something.
        palette = rng.permutation(COLOR_COUNT)[:int(rng.integers(3, COLOR_COUNT + 1))]
        allowed = (palette[:, None] * SHAPE_COUNT + np.arange(SHAPE_COUNT)[None]).ravel()
        cells[places] = FIRST_OBJECT + rng.permutation(allowed)[:count]
        return cells.reshape(rows, columns)

    def document(self, rows, columns, keys):
        """Entries of three cells, KEY d d, that start in column 0 or 3 (if it fits)."""
        rng = self.rng
        cells = np.zeros((rows, columns), np.int64)
        slots = [(row, column) for row in range(rows) for column in range(0, columns - 2, 3)]
        rng.shuffle(slots)
        for (row, column), key in zip(slots, keys):
            cells[row, column] = FIRST_LETTER + key
            cells[row, column + 1:column + 3] = FIRST_DIGIT + rng.integers(0, 10, 2)
        return cells

    def pictures(self, count, rows, columns, fewest=3, most=7, document_share=.3, near_copy_share=.3):
        """Cells [count, rows, columns] and kinds [count].

        `near_copy_share` is the chance that one scene is its predecessor with one object changed,
        which makes it matter which picture a question names.
        """
        rng = self.rng
        kinds = (rng.random(count) < document_share).astype(np.int64)
        cells, pair = [], None
        if count >= 2 and rng.random() < near_copy_share:
            pair = int(rng.integers(0, count - 1))
            kinds[pair] = kinds[pair + 1] = SCENE
        keys = rng.permutation(26)[:26 if rng.random() < .5 else 8]     # half the time documents share key letters
        for i in range(count):
            if pair is not None and i == pair + 1:
                cells.append(self.near_copy(cells[-1]))
            elif kinds[i] == DOCUMENT:
                slots = rows * (columns // 3)
                entries = int(rng.integers(2, min(slots, 6) + 1)) if slots >= 2 else 1
                cells.append(self.document(rows, columns, rng.permutation(keys)[:entries]))
            else:
                cells.append(self.scene(rows, columns, fewest, most))
        return np.stack(cells), kinds

    def near_copy(self, original):
        """A copy with one object recoloured, removed or added."""
        rng = self.rng
        copy = original.copy()
        objects, free = np.argwhere(original > 0), np.argwhere(original == 0)
        present = set(original[original > 0].tolist())
        change = rng.integers(0, 3)
        if change == 2 and len(free):
            row, column = free[rng.integers(len(free))]
            new = [code for code in range(FIRST_OBJECT, FIRST_LETTER) if code not in present]
            copy[row, column] = new[rng.integers(len(new))]
        elif change == 1 and len(objects) > 1:
            row, column = objects[rng.integers(len(objects))]
            copy[row, column] = 0
        else:
            row, column = objects[rng.integers(len(objects))]
            shape = (original[row, column] - FIRST_OBJECT) % SHAPE_COUNT
            same_shape = [FIRST_OBJECT + color * SHAPE_COUNT + shape for color in range(COLOR_COUNT)]
            new = [code for code in same_shape if code not in present]
            copy[row, column] = new[rng.integers(len(new))]
        return copy

    # Questions

    def ask(self, task, cells, kinds):
        """(question, answer), or None if these pictures allow no such question."""
        if task == "needle":
            return self._ask_needle(cells, kinds)
        if task == "docqa":
            return self._ask_document(cells, kinds)
        rng = self.rng
        scenes = np.flatnonzero(kinds == SCENE)
        if not len(scenes):
            return None
        i = int(scenes[rng.integers(len(scenes))])
        where = f" in picture {i + 1}" if len(cells) > 1 else ""
        picture = cells[i]
        objects = picture[picture > 0] - FIRST_OBJECT
        colors, shapes = objects // SHAPE_COUNT, objects % SHAPE_COUNT
        if task == "caption":
            question = f"Describe picture {i + 1}." if len(cells) > 1 else "Describe the picture."
            return question, ", ".join(object_name(o + FIRST_OBJECT) for o in objects)     # reading order
        if task == "count":
            color = int(colors[rng.integers(len(objects))]) if rng.random() < 0.85 else int(rng.integers(COLOR_COUNT))
            return f"How many {COLOR_NAMES[color]} objects are{where or ' there'}?", str(int((colors == color).sum()))
        if task == "at":
            rows, columns = picture.shape
            if rng.random() < 0.8:
                row, column = np.argwhere(picture > 0)[rng.integers(len(objects))]
            else:
                row, column = rng.integers(rows), rng.integers(columns)
            code = picture[row, column]
            return f"What is at row {row + 1} column {column + 1}{where}?", object_name(code) if code else "nothing"
        others = np.concatenate([cells[j][cells[j] > 0] for j in scenes if j != i] or [np.zeros(0, np.int64)]) - FIRST_OBJECT
        if task == "color":
            shape = self._referent(shapes, others % SHAPE_COUNT, SHAPE_COUNT, len(cells))
            if shape is None:
                return None
            return f"What color is the {SHAPES[shape]}{where}?", COLOR_NAMES[int(colors[shapes == shape][0])]
        if task == "shape":
            color = self._referent(colors, others // SHAPE_COUNT, COLOR_COUNT, len(cells))
            if color is None:
                return None
            return f"What shape is the {COLOR_NAMES[color]} object{where}?", SHAPES[int(shapes[colors == color][0])]
        raise ValueError(f"unknown task {task!r}")

    def _referent(self, here, elsewhere, kinds, picture_count):
        """Something that occurs once in this picture, mostly one that other pictures have too:
        otherwise the picture's number would not matter."""
        once = np.flatnonzero(np.bincount(here, minlength=kinds) == 1)
        if not len(once):
            return None
        shared = np.bincount(elsewhere, minlength=kinds)[once] > 0
        if picture_count > 1 and shared.any() and self.rng.random() < 0.8:
            once = once[shared]
        return once[self.rng.integers(len(once))]

    def _ask_needle(self, cells, kinds):
        if len(cells) < 2:
            return None
        pictures_with = np.zeros(CODE_COUNT, np.int64)
        for i in np.flatnonzero(kinds == SCENE):
            pictures_with[cells[i][cells[i] > 0]] += 1
        once = np.flatnonzero(pictures_with == 1)
        if not len(once):
            return None
        code = once[self.rng.integers(len(once))]
        i = int(np.argmax((cells == code).any((1, 2))))
        return f"Which picture has the {object_name(code)}?", f"Picture {i + 1}"

    def _ask_document(self, cells, kinds):
        rng = self.rng
        documents = np.flatnonzero(kinds == DOCUMENT)
        if not len(documents):
            return None
        i = int(documents[rng.integers(len(documents))])
        keys = np.argwhere((cells[i] >= FIRST_LETTER) & (cells[i] < FIRST_DIGIT))
        row, column = keys[rng.integers(len(keys))]
        key = cells[i][row, column]
        answer = "".join(str(int(digit) - FIRST_DIGIT) for digit in cells[i][row, column + 1:column + 3])
        unique = (cells == key).sum() == 1
        named = not (unique and rng.random() < 0.7) and len(cells) > 1
        return f"What is the value of {LETTERS[key - FIRST_LETTER]}{f' in picture {i + 1}' if named else ''}?", answer
