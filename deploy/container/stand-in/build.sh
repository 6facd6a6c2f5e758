#!/usr/bin/env bash
# Builds the stand-ins of images that are not there.
set -euo pipefail
cd "$(dirname "$0")/../../.."
for image in postgres:18 apache/kafka:4.1.0; do
    if docker image inspect "$image" > /dev/null 2>&1; then
        echo "$image is there already"
    else
        target=${image%%:*}
        docker build --quiet --target "${target##*/}" --tag "$image" --file deploy/container/stand-in/Dockerfile .
    fi
done
