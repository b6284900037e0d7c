#!/bin/sh
# pkgconfig.sh MODULE PREFIX SOURCE PROGRAM: compiles SOURCE with what pkg-config says about MODULE below PREFIX, and runs it.
set -eu
module=$1 prefix=$2 source=$3 program=$4
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name "$module.pc")")
export PKG_CONFIG_PATH
flags=$("$PKG_CONFIG" --cflags --libs "$module")
case $flags in *"$prefix"*) ;; *) echo "nothing below $prefix: $flags" >&2 && exit 1 ;; esac
echo "$module: $flags"
# Unquoted on purpose: both are lists of flags.
"$CXX" -std=c++20 $CXXFLAGS "$source" $flags -o "$program"
LD_LIBRARY_PATH=$("$PKG_CONFIG" --variable=libdir "$module") "$program" # a library may be shared
