"""What prints show, and what they do not."""

from io import BytesIO

from PIL import Image, ImageDraw

from tests.visual.prints import MOST_APART, apart, print_of, stored, unstored

SIZE = (376, 1400)  # pixels of a telephone's page


def page(*, button: tuple[int, int] | None = (20, 600), ink: int = 30, noise: int = 0) -> bytes:
    """A page with lines of text and a button."""
    image = Image.new("L", SIZE, 250)
    draw = ImageDraw.Draw(image)
    for line in range(40, 1300, 28):
        for letter in range(20, 350, 9):
            draw.rectangle((letter + noise * (line % 2), line, letter + 4, line + 10), fill=ink + 12 * noise)
    if button:
        draw.rectangle((*button, button[0] + 335, button[1] + 44), fill=70)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_button_that_is_gone_or_has_moved_is_seen():
    before = print_of(page())
    assert apart(before, print_of(page(button=None))) > MOST_APART
    assert apart(before, print_of(page(button=(20, 616)))) > MOST_APART


def test_how_letters_are_drawn_is_not_seen():
    assert apart(print_of(page()), print_of(page(noise=1))) <= MOST_APART


def test_another_size_is_all_apart():
    assert apart(Image.new("L", (10, 10)), Image.new("L", (10, 11))) == 1


def test_prints_come_back_from_their_file_as_they_were():
    prints = [print_of(page()), print_of(page(button=None))]
    file = stored(prints)
    again = unstored(file, [each.width for each in prints])
    assert [apart(*pair) for pair in zip(prints, again, strict=True)] == [0, 0]
    assert [each.tobytes() for each in again] == [each.tobytes() for each in prints]
    assert len(file) < 8192
