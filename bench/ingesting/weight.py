"""How large the importing process gets, besides the embedder, while it reads many large files."""

import base64
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LARGE = 20 * 1024 * 1024
PAGE = 4 * 1024 * 1024
NOTES = 64 * 1024
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def peak_megabytes(folder: Path, megabytes: int) -> float:
    """Word files and pages full of pictures, Markdown, and archives of it; in a process of its own."""
    _make(folder, megabytes * 1024 * 1024)
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), str(folder)], stdout=subprocess.PIPE, env=os.environ, check=True
    )
    figures = json.loads(done.stdout)
    return round(figures["peak"] - figures["embedder"], 1)


def _make(folder: Path, size: int) -> None:
    folder.mkdir()
    made = number = 0
    while made < size:
        name, data = _file(number)
        (folder / name).write_bytes(data)
        made, number = made + len(data), number + 1


def _file(number: int) -> tuple[str, bytes]:
    if number % 6 == 0:
        return f"{number}.md", f"# Notes {number}\n\n".encode() + b"<!-- " + b"left out " * (
            PAGE // 9
        ) + b"-->\n\nShort."
    if number % 2:
        return f"{number}.docx", _word(number)
    picture = base64.b64encode(os.urandom(PAGE * 3 // 4)).decode()
    shown = f"<img src='data:image/png;base64,{picture}'>"
    page = f"<html><body><h1>Page {number}</h1><p>Text</p>{shown}</body></html>"
    return f"{number}.html", page.encode()


def _word(number: int) -> bytes:
    out = io.BytesIO()
    paragraphs = f"<w:p><w:r><w:t>Guide {number} says what to do with part {number}.</w:t></w:r></w:p>"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{paragraphs}</w:body></w:document>")
        archive.writestr("word/media/image1.png", os.urandom(LARGE))
    return out.getvalue()


def main(folder: str) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    before = _resident()
    from llm.embed import configured_model, embedder

    embedder(configured_model()[0]).passages(["word " * 250] * 64)
    embedder_alone = _resident() - before
    from kb.importing import find, import_files

    import_files(find([Path(folder)])[0])
    sys.stdout.write(json.dumps({"peak": _highest(), "embedder": embedder_alone}))


def _resident() -> float:
    return _status("VmRSS:")


def _highest() -> float:
    return _status("VmHWM:")


def _status(name: str) -> float:
    """In MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1])
