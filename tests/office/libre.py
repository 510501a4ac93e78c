"""Runs LibreOffice for scripts. Needs the Python that has LibreOffice's `uno`."""
import random, subprocess, time

import uno
from com.sun.star.beans import PropertyValue


def office(folder):
    """Starts LibreOffice and returns its process and its desktop."""
    pipe = f"huizong-{random.Random().randrange(10**9)}"
    process = subprocess.Popen(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile",
         f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(120):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            office.remote = remote
            return process, remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except Exception:
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not answer")


def option(name, value):
    return PropertyValue(Name=name, Value=value)


def command(document, name):
    """Carries out a command of a menu, such as `.uno:AcceptAllTrackedChanges`, on an open document."""
    helper = office.remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", office.remote)
    helper.executeDispatch(document.getCurrentController().getFrame(), name, "", 0, ())
