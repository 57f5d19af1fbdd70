"""Where a profile's key comes from: an environment variable or the system's keyring.

Invariant: a key from the keyring is stored under the origin that it belongs to and is read for that origin alone. What stands behind a
keyring is code of others (a desktop's service, a backend that the environment names): whatever it raises becomes one sentence.
"""

from collections.abc import Mapping

from copilot_tui.config.settings import Profile
from copilot_tui.errors import SettingsError
from copilot_tui.models.endpoint import origin_of
from copilot_tui.models.failures import quoted

_SERVICE = "copilot-tui"


def key_of(profile: Profile, base_url: str, environment: Mapping[str, str]) -> str:
    """The key for this profile, empty if there is none. May ask the keyring, so call it outside the event loop."""
    if profile.key_env:
        key = environment.get(profile.key_env, "").strip()
        if key:
            return key
    return _from_keyring(base_url) if profile.key_keyring else ""


def store_key(base_url: str, key: str) -> None:
    """Keep `key` in the system's keyring for the origin of `base_url`; raises `SettingsError`."""
    try:
        import keyring  # noqa: PLC0415 - 0.1 s, and only needed by who uses it

        keyring.set_password(_SERVICE, _user(base_url), key)
        is_kept = keyring.get_password(_SERVICE, _user(base_url)) == key
    except Exception as error:  # noqa: BLE001 - as its invariant says
        raise SettingsError(
            f"the system's keyring did not take the key ({quoted(str(error))}): use key_env instead"
        ) from None
    if not is_kept:
        raise SettingsError("the system's keyring took the key and does not give it back: use key_env instead")


def keyring_trouble() -> str:
    """Empty where the system has a keyring that can keep a key, else what is missing. May ask the system: call it off the event loop."""
    try:
        import keyring  # noqa: PLC0415 - as above

        backend = keyring.get_keyring()
        is_usable = backend.priority > 0
    except Exception as error:  # noqa: BLE001 - as its invariant says
        return f"this system has no keyring ({quoted(str(error))})"
    return "" if is_usable else "this system has no keyring"


def _from_keyring(base_url: str) -> str:
    try:
        import keyring  # noqa: PLC0415 - as above

        return keyring.get_password(_SERVICE, _user(base_url)) or ""
    except Exception as error:  # noqa: BLE001 - as its invariant says
        raise SettingsError(
            f"the system's keyring cannot be read ({quoted(str(error))}): use key_env instead"
        ) from None


def _user(base_url: str) -> str:
    scheme, host, port = origin_of(base_url)
    return f"{scheme}://{host}:{port}"
