"""What can go wrong between files and answers; each message is for the user."""


class StoreError(Exception):
    """The store cannot do what was asked; the message is for the user."""


class StoreEmpty(StoreError):
    """Nothing has been loaded yet, or the generation asked for is not kept."""


class StoreOutdated(StoreError):
    """The generation was made by another version of Pheu, whose derived tables differ."""


class StoreBusy(StoreError):
    """Another load holds the lock; the message says who, and since when."""


class LoadError(StoreError):
    """A load that was not done; the store is as it was. The message is for the user."""
