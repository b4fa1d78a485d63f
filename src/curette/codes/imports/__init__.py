"""The official files, as a user downloads them, become editions in the user's folder.

`read` takes all files of a call and refuses them all when one is wrong; only then does `keep` write.
"""

from curette.codes.imports.reading import Batch, Imported, keep, read

__all__ = ["Batch", "Imported", "keep", "read"]
