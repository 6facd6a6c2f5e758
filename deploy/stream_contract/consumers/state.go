// Prints every state of a topic, a line of JSON each, and goes on as new ones come.
// go mod init example && go get github.com/twmb/franz-go google.golang.org/protobuf && go run consumer.go
package main

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func descriptors() *protoregistry.Files {
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(must(os.ReadFile(setting("DESCRIPTORS", "cairn.binpb"))), &set); err != nil {
		log.Fatal(err)
	}
	return must(protodesc.NewFiles(&set))
}

func client() *kgo.Client {
	user, protocol := setting("USERNAME", ""), setting("PROTOCOL", "SASL_PLAINTEXT")
	options := []kgo.Opt{
		kgo.SeedBrokers(strings.Split(os.Getenv("BOOTSTRAP"), ",")...),
		kgo.ConsumeTopics(setting("TOPIC", "{topic}")),
		kgo.ConsumerGroup(setting("GROUP", user+".go")),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), // from the beginning on: all that there is
		kgo.DisableAutoCommit(),                           // this example begins anew each time
	}
	if strings.HasPrefix(protocol, "SASL") {
		options = append(options, kgo.SASL(scram.Auth{User: user, Pass: os.Getenv("PASSWORD")}.AsSha512Mechanism()))
	}
	if strings.HasSuffix(protocol, "SSL") {
		options = append(options, kgo.DialTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12})) // whom the system trusts
	}
	return must(kgo.NewClient(options...))
}

func main() {
	files, consumer := descriptors(), client()
	defer consumer.Close()
	lines := json.NewEncoder(os.Stdout)
	for {
		fetches := consumer.PollFetches(context.Background())
		for _, failed := range fetches.Errors() {
			log.Fatal(failed.Err)
		}
		fetches.EachRecord(func(record *kgo.Record) {
			headers := map[string]string{}
			for _, header := range record.Headers {
				headers[header.Key] = string(header.Value)
			}
			key := hex.EncodeToString(record.Key)
			said := map[string]any{
				"key":   strings.Join([]string{key[:8], key[8:12], key[12:16], key[16:20], key[20:]}, "-"),
				"type":  headers["ce_type"],
				"state": nil, // there is no such thing any more
			}
			if record.Value != nil {
				found, err := files.FindDescriptorByName(protoreflect.FullName(headers["ce_type"]))
				if err != nil {
					return // a newer release wrote it
				}
				message := dynamicpb.NewMessage(found.(protoreflect.MessageDescriptor))
				if err := proto.Unmarshal(record.Value, message); err != nil {
					log.Fatal(err)
				}
				said["state"] = json.RawMessage(must(protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)))
			}
			if err := lines.Encode(said); err != nil {
				log.Fatal(err)
			}
		})
	}
}
