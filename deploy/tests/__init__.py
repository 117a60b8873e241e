"""Tests of images, composition and realm, without a container engine."""
