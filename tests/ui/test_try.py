from tests.ui.browser import *
from tests.ui.conftest import *
def test_x(ana):
    for s in ana.say("Hello there"): print(s)
    print(ana.conversations())
