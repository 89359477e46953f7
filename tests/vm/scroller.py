"""Scrolls in a terminal until a line is typed, which it writes to the file that it is given; then the terminal is empty."""

import sys
import threading
import time

typed = threading.Event()


def scroll():
    number = 0
    while not typed.wait(0.02):
        number += 1
        print(number, flush=True)


thread = threading.Thread(target=scroll)
thread.start()
line = input()
with open(sys.argv[1], "w") as file:
    print(line, file=file)
typed.set()
thread.join()
print("\033c\033[?25l", end="", flush=True)
time.sleep(1000)
