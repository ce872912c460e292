"""The embedded server's configuration, written anew at every start."""

from pathlib import Path

#: Who may come in: by the socket only, by password only.
ACCESS = "local all all scram-sha-256\n"

_SETTINGS = """\
# Written by the launcher at every start; changes here are lost.
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = {connections}
shared_buffers = '128MB'
max_wal_size = '512MB'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'

# No statement, no parameter and no value may reach the log: errors go to the program
# that caused them, and even the text of an error can quote a value.
log_destination = 'stderr'
logging_collector = off
log_min_messages = log
log_min_error_statement = panic
log_min_duration_statement = -1
log_min_duration_sample = -1
log_statement = 'none'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_lock_waits = off
log_checkpoints = off
log_autovacuum_min_duration = -1
log_temp_files = -1
log_line_prefix = '%m [%p] '
"""

_FORGETFUL = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""


def configuration(socket: Path, *, durable: bool) -> str:
    """Return the text of postgresql.conf for a socket in the folder ``socket``.

    ``durable=False`` is for tests: more sessions, and no care for a power cut.
    """
    text = _SETTINGS.format(socket=socket, connections=60 if durable else 200)
    return text if durable else text + _FORGETFUL
