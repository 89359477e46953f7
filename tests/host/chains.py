"""chains.py CHAIN.C VK.XML: CHAIN.C knows all that its comments' structures may have in their chains.

Structures of platforms where the layer does not run are nobody's. Skipped where VK.XML is not of CHAIN.C's version.
"""

import re
import sys
import xml.etree.ElementTree
from pathlib import Path

PLATFORMS = (None, "metal")
SKIPPED = 77


def main():
    """Returns the process's status."""
    source = Path(sys.argv[1]).read_text(encoding="utf-8")
    if not Path(sys.argv[2]).exists():
        return SKIPPED
    registry = xml.etree.ElementTree.parse(sys.argv[2]).getroot()
    version = re.search(r"vk\.xml, 1\.\d+\.(\d+)", source)[1]
    if not any("".join(each.itertext()).split()[-2:] == ["VK_HEADER_VERSION", version]
               for each in registry.find("types") if each.get("category") == "define"):
        return SKIPPED
    edited = {name for names in re.findall(r"^/\* (Vk[\w, ]+) \*/$", source, re.M) for name in names.split(", ")}
    known = set(re.findall(r"X\((Vk\w+),", source))
    platforms = {each.get("name"): extension.get("platform") for extension in registry.find("extensions")
                 for each in extension.iterfind("require/type")}
    allowed = {each.get("name") for each in registry.find("types")
               if edited & set(each.get("structextends", "").split(",")) and platforms.get(each.get("name")) in PLATFORMS}
    for name in sorted(allowed - known):
        print(f"{name} is not known")
    for name in sorted(known - allowed):
        print(f"{name} is in none of {', '.join(sorted(edited))}")
    return 0 if edited and known == allowed else 1


if __name__ == "__main__":
    sys.exit(main())
