#!/bin/sh
# As the real image's: a new volume gets the user, its password and the scripts of /docker-entrypoint-initdb.d.
set -eu
: "${POSTGRES_USER:=postgres}"
: "${POSTGRES_DB:=$POSTGRES_USER}"
as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups -- "$@"; }

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    install -d -o postgres -g postgres -m 700 "$(dirname "$PGDATA")" "$PGDATA"
    password=$(mktemp)
    printf %s "$POSTGRES_PASSWORD" > "$password"
    chown postgres "$password"
    # shellcheck disable=SC2086 # several options in one variable, as the real image takes them
    as_postgres initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile="$password" -A scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
    rm "$password"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    as_postgres pg_ctl -D "$PGDATA" -w -o "-c listen_addresses= -k /tmp" start
    export PGPASSWORD="$POSTGRES_PASSWORD" PGHOST=/tmp PGUSER="$POSTGRES_USER"
    createdb "$POSTGRES_DB"
    for script in /docker-entrypoint-initdb.d/*.sql; do
        [ -e "$script" ] && psql --set ON_ERROR_STOP=1 --dbname "$POSTGRES_DB" --file "$script"
    done
    as_postgres pg_ctl -D "$PGDATA" -w -m fast stop
fi
[ "$1" = postgres ] && shift
exec setpriv --reuid postgres --regid postgres --clear-groups -- postgres -D "$PGDATA" -c listen_addresses='*' -k /tmp "$@"
