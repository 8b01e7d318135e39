// policies makes a node of the lab heed NetworkPolicies, as k3s does: one instance for each node, which keeps the table
// `inet policies` of the node's packet filter.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"

	"bluecore.internal/lab/netbits/policies/keep"
	"bluecore.internal/lab/netbits/policies/nft"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the user policies")
	node := flag.String("node", "", "name of the node whose pods are looked after")
	flag.Parse()
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, *kubeconfig, *node); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, kubeconfig, node string) error {
	if node == "" {
		return errors.New("-node is missing: the name of the node that this runs on")
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = -1, -1 // four lists at the start, then watches
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return keep.Run(ctx, client, node, nft.Apply)
}
