#!/bin/sh
# Back the ask log up into a folder, and keep the newest so many of its backups there. In the folder of the repository:
#
#     sh deploy/backup.sh FOLDER KEPT
#
# The bot may go on running. Where the backup fails nothing is removed.
set -eu
folder=${1:?a folder for the backups}
kept=${2:?how many to keep}
umask 077
mkdir -p "$folder"
python -m bot backup "$folder/asklog-$(date -u +%Y%m%dT%H%M%SZ).sqlite3"
# Their names sort by age, and hold nothing but letters, digits, dots and dashes.
find "$folder" -maxdepth 1 -name 'asklog-*Z.sqlite3' | sort -r | tail -n "+$((kept + 1))" | while IFS= read -r old; do
    rm "$old"
    echo "$old: removed, $kept newer ones are kept"
done
