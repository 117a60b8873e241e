"""Who is signed in: signing in, sessions, and which pages one may see."""
