#!/bin/bash
# first-start.sh SOCKET_DIR [OPTION...]: creates the database cluster in $PGDATA and runs what lies in
# /docker-entrypoint-initdb.d, on a server that listens on a socket only. Its messages are the official image's.
# No -u: scripts that are read into this shell may use what is not set.
set -eo pipefail

socket_dir=$1
shift

fail() { printf '%s\n' "$@" >&2; exit 1; }

# file_env NAME [DEFAULT]: exports NAME, from the file that NAME_FILE names if it does.
file_env() {
  local file_name=${1}_FILE
  [[ -z ${!1} || -z ${!file_name} ]] || fail "error: both $1 and $file_name are set (but are exclusive)"
  if [[ -n ${!file_name} ]]; then
    [[ -r ${!file_name} ]] || fail "error: $file_name names ${!file_name}, which cannot be read."
    printf -v "$1" %s "$(<"${!file_name}")"
  fi
  printf -v "$1" %s "${!1:-$2}"
  export "${1?}"
  unset "$file_name"
}
file_env POSTGRES_PASSWORD
file_env POSTGRES_USER postgres
file_env POSTGRES_DB "$POSTGRES_USER"
file_env POSTGRES_INITDB_ARGS

if [[ $POSTGRES_HOST_AUTH_METHOD == trust ]]; then
  echo >&2 'WARNING: POSTGRES_HOST_AUTH_METHOD has been set to "trust": anyone who reaches the port can connect without a password.'
elif [[ -z $POSTGRES_PASSWORD ]]; then
  fail 'Error: Database is uninitialized and superuser password is not specified.' \
    '       Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, or let anybody in with POSTGRES_HOST_AUTH_METHOD=trust.'
fi
export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
ls /docker-entrypoint-initdb.d >/dev/null # fails here, before anything is created, if it cannot be read

# initdb wants a name for its user, which an arbitrary uid lacks.
if ! getent passwd "$(id -u)" >/dev/null; then
  NSS_WRAPPER_PASSWD=$(mktemp)
  export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP=/etc/group LD_PRELOAD=libnss_wrapper.so
  printf 'postgres:x:%s:%s::%s:/bin/false\n' "$(id -u)" "$(id -g)" "$PGDATA" >"$NSS_WRAPPER_PASSWD"
fi
options=(--pgdata="$PGDATA" --username="$POSTGRES_USER")
[[ -z $POSTGRES_INITDB_WALDIR ]] || options+=(--waldir="$POSTGRES_INITDB_WALDIR")
if [[ -n $POSTGRES_PASSWORD ]]; then
  exec 3< <(printf '%s\n' "$POSTGRES_PASSWORD")
  options+=(--pwfile=/dev/fd/3)
fi
eval "initdb \"\${options[@]}\" $POSTGRES_INITDB_ARGS"
exec 3<&-
if [[ -n $NSS_WRAPPER_PASSWD ]]; then
  rm "$NSS_WRAPPER_PASSWD"
  unset LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
fi

printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres "$@" -C password_encryption)}
printf 'host all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"

pg_ctl --wait start --options="$(
  printf '%q ' "$@" -c listen_addresses= -c "unix_socket_directories=$socket_dir" -p "${PGPORT:-5432}"
)"

# docker_process_sql [OPTION...]: psql as POSTGRES_USER in POSTGRES_DB, for scripts too, which may also say "${psql[@]}".
docker_process_sql() {
  PGHOST=$socket_dir PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password \
    --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" "$@"
}
# shellcheck disable=SC2034
psql=(docker_process_sql)

if [[ $POSTGRES_DB != postgres ]]; then
  docker_process_sql --dbname=postgres -v name="$POSTGRES_DB" <<<'CREATE DATABASE :"name"'
fi
shopt -s nullglob
for script in /docker-entrypoint-initdb.d/*; do
  case $script in
    *.sh) [[ -x $script ]] && doing=running || doing=sourcing ;;
    *.sql | *.sql.gz | *.sql.xz | *.sql.zst) doing=running ;;
    *) doing=ignoring ;;
  esac
  echo "/usr/local/bin/docker-entrypoint.sh: $doing $script"
  case $doing$script in
    sourcing*) . "$script" ;;
    running*.sh) "$script" ;;
    running*.sql) docker_process_sql --file="$script" ;;
    running*.gz) gunzip --stdout "$script" | docker_process_sql ;;
    running*.xz) xzcat "$script" | docker_process_sql ;;
    running*.zst) zstd --decompress --stdout "$script" | docker_process_sql ;;
  esac
done

pg_ctl --mode=fast --wait stop
printf '\n%s\n\n' 'PostgreSQL init process complete; ready for start up.'
