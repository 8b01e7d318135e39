// Package nft loads tables into the kernel's packet filter.
package nft

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// limit is the timeout of nft, which usually takes about 10 ms.
const limit = 5 * time.Second

// Apply loads nft commands in one transaction.
func Apply(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	command := exec.CommandContext(ctx, "nft", "-f", "-")
	command.Stdin = strings.NewReader(text)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s", err, strings.Join(strings.Fields(string(output)), " "))
	}
	return nil
}
