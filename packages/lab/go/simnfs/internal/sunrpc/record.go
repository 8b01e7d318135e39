package sunrpc

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Record marking (RFC 5531 §11): each fragment of a message on TCP starts with four bytes, its length and,
// in the highest bit, whether it is the last one.
const (
	markSize     = 4
	lastFragment = 1 << 31
)

// maxRecord bounds a reply in bytes: the largest READ asked for, and room for what surrounds it.
const maxRecord = 2 << 20

// mark fills in the record mark of a message that goes out as one fragment.
func mark(message []byte) {
	binary.BigEndian.PutUint32(message, lastFragment|uint32(len(message)-markSize))
}

// readRecord reads one message from all its fragments.
func readRecord(r io.Reader) ([]byte, error) {
	var record []byte
	for {
		var head [markSize]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil, err
		}
		word := binary.BigEndian.Uint32(head[:])
		size := int(word &^ lastFragment)
		if len(record)+size > maxRecord {
			return nil, fmt.Errorf("record of more than %d bytes", maxRecord)
		}
		start := len(record)
		record = append(record, make([]byte, size)...)
		if _, err := io.ReadFull(r, record[start:]); err != nil {
			return nil, err
		}
		if word&lastFragment != 0 {
			return record, nil
		}
	}
}
