"""Why an import cannot even begin, or must be taken back. Nothing has been written when this is raised."""

from supplybrain.errors import InvalidInputError


class CsvImportError(InvalidInputError):
    """A folder or file cannot be read, or its header is wrong; the message names it and the remedy."""

    code = "csv_import"


class CellError(ValueError):
    """A cell cannot be imported; the message continues "this value ..." and names the remedy."""
